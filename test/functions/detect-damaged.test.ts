import { describe, expect, it } from 'vitest';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import { DamagedBaselines, WriteConflict } from '../../shared/stores/ports.ts';
import { aScoringContext, QUIET } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';

const BREACH = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };
const DAMAGED = 'e-2';

const aRecord = (place: number, actor: string) => {
  const event = anAccessEvent({ id: `ev-${place}`, actor: { id: actor }, time: timeOn(0, 10, place), ...BREACH });
  return aStreamRecord(JSON.stringify(event), {
    place,
    partitionKey: actor,
    arrival: Date.parse(event.time) + 1_000,
  });
};

function aWorld() {
  const ports = detectPorts(aScoringContext({ ...QUIET, requireApproval: ['precise-geolocation'] }));
  const load: DetectPorts['baselines']['load'] = async (actorIds) => {
    const intact = new Map([...(await ports.baselines.load(actorIds))].filter(([actorId]) => actorId !== DAMAGED));
    throw new DamagedBaselines(new Map([[DAMAGED, 'stored state ends too early']]), intact);
  };
  const saved: string[] = [];
  const baselines: DetectPorts['baselines'] = {
    load,
    save: (actorId, ...write) => {
      saved.push(actorId);
      return ports.baselines.save(actorId, ...write);
    },
  };
  return {
    ports,
    saved,
    take: (changed: Partial<DetectPorts> = {}) => detect(RECORDS, { ...ports, baselines, ...changed }),
  };
}
const RECORDS = [aRecord(1, 'e-1'), aRecord(2, DAMAGED), aRecord(3, 'e-3'), aRecord(4, DAMAGED)];

describe('an actor whose baseline is damaged', () => {
  it('keeps nobody else waiting: their accesses are applied and told of, the actor’s are put aside whole', async () => {
    const { ports, saved, take } = aWorld();

    const report = await take();

    expect(report.response.batchItemFailures).toEqual([]);
    expect(report).toMatchObject({ applied: 2, quarantined: 2, failed: 0 });
    expect(ports.alerts.drain().map(({ subject }) => subject.id)).toEqual(['e-1', 'e-3']);
    expect(saved.sort()).toEqual(['e-1', 'e-3']);
    const [object = ''] = ports.archive.objects.values();
    expect(
      object
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject(
      [RECORDS[1], RECORDS[3]].map((record) => ({
        sequenceNumber: record?.kinesis.sequenceNumber,
        data: record?.kinesis.data,
        reason: "what is stored of the actor can't be read: stored state ends too early",
      })),
    );
  });

  it('is tried again where the records could not be put aside', async () => {
    const { ports, take } = aWorld();
    const quarantine = async () => {
      throw new Error('S3 is away');
    };

    const report = await take({ archive: { ...ports.archive, quarantine } });

    expect(report).toMatchObject({ applied: 2, quarantined: 0, failed: 2 });
    expect(report.response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      [RECORDS[1], RECORDS[3]].map((record) => record?.kinesis.sequenceNumber),
    );
  });

  it('that was intact when the batch began is left to the next delivery', async () => {
    const { ports } = aWorld();
    const answers: ReturnType<DetectPorts['baselines']['load']>[] = [
      Promise.resolve(new Map()),
      Promise.reject(new DamagedBaselines(new Map([['e-1', 'stored state ends too early']]), new Map())),
    ];
    answers[1]?.catch(() => {});
    let saves = 0;
    const baselines: DetectPorts['baselines'] = {
      load: () => answers.shift() ?? Promise.reject(new Error('asked too often')),
      save: async () => {
        saves++;
        throw new WriteConflict('somebody else was faster');
      },
    };

    const report = await detect(RECORDS.slice(0, 1), { ...ports, baselines });

    expect(report).toMatchObject({ applied: 0, quarantined: 0, failed: 1 });
    expect(answers).toEqual([]);
    expect(saves).toBe(1);
  });
});
