import { describe, expect, it } from 'vitest';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import { NO_SITTING } from '../../shared/model/baseline.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { aScoringContext, QUIET } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';

const START = Date.parse(timeOn(0));

/** A refusal adds nothing to the reads of a sitting, a read one. */
const records = (['denied', 'allowed', 'denied'] as const).map((outcome, i) => {
  const event = anAccessEvent({ id: `ev-${i}`, time: timeOn(0, 10, i), outcome });
  return aStreamRecord(JSON.stringify(event), {
    place: i + 1,
    partitionKey: event.actor.id,
    arrival: Date.parse(event.time) + 1_000,
  });
});

describe('a record after which an actor’s state could not be stored', () => {
  it('is put aside with the reason, and the records around it are applied', async () => {
    const ports = detectPorts(aScoringContext(QUIET));
    const full = { ...NO_SITTING, start: START - 60_000, last: START - 60_000, reads: Number.MAX_SAFE_INTEGER };
    const stored = aBaseline(7, { updatedAt: START - 60_000, sitting: full });
    await ports.baselines.save('e-00042', { ...stored, day: { ...stored.day, day: 20_703 }, firstDay: 20_000 }, 0);

    const report = await detect(records, ports);

    expect(report.response.batchItemFailures).toEqual([]);
    expect([report.applied, report.quarantined]).toEqual([2, 1]);
    const [object = ''] = ports.archive.objects.values();
    expect(JSON.parse(object)).toMatchObject({
      sequenceNumber: records[1]?.kinesis.sequenceNumber,
      reason: expect.stringContaining('not a count: 9007199254740992'),
    });
    expect((await ports.baselines.load(['e-00042'])).get('e-00042')?.version).toBe(9);
  });

  it('is put aside as well where the state could not be stored to begin with, and nothing is written', async () => {
    const ports = detectPorts(aScoringContext(QUIET));
    const broken = aBaseline(7, { refusals: { last: 0, count: 2 ** 60, doors: [], strangeDoors: 0 } });
    const saved: unknown[] = [];
    const baselines: DetectPorts['baselines'] = {
      load: async () => new Map([['e-00042', broken]]),
      save: async (...write) => void saved.push(write),
    };

    const report = await detect(records, { ...ports, baselines });

    expect(report.response.batchItemFailures).toEqual([]);
    expect([report.applied, report.quarantined, saved]).toEqual([0, 3, []]);
  });
});
