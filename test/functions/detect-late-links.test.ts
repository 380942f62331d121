import { describe, expect, it } from 'vitest';
import { joinLateLinks } from '../../functions/assess/join-late-links.ts';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import { lateLinksOf } from '../../shared/model/late-links.ts';
import { createMemoryLinkLog, createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { WriteConflict } from '../../shared/stores/ports.ts';
import { aScoringContext } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';

const MINUTE = 60_000;

/** `detect`, and `assess` as far as it joins, with one stream. */
function aWorld() {
  let time = Date.parse(timeOn(0, 10));
  const now = () => time;
  const log = createMemoryLinkLog(now);
  const ports = { ...detectPorts(aScoringContext({ alertsPerDay: 8 })), links: createMemoryLinkStore(now, log) };
  let place = 0;
  const put = (record: object, partitionKey: string) =>
    aStreamRecord(JSON.stringify(record), { place: ++place, partitionKey, arrival: time });
  return {
    ports,
    pass: (minutes: number) => {
      time += minutes * MINUTE;
    },
    put,
    access: (changes: AccessEventChanges) => {
      const event = anAccessEvent(changes);
      return put(event, event.actor.id);
    },
    take: (records: Parameters<typeof detect>[0], changed: Partial<DetectPorts> = {}) =>
      detect(records, { ...ports, ...changed }),
    joined: async () => {
      const records: ReturnType<typeof put>[] = [];
      await joinLateLinks({
        linkLog: log,
        lateLinks: { put: async (links) => void records.push(put(links, links.actorId)) },
        now,
      });
      return records;
    },
    baselineOf: async (actorId: string) => (await ports.baselines.load([actorId])).get(actorId),
    quarantined: () => [...ports.archive.objects.values()].join('\n'),
  };
}

const about = (i: number): AccessEventChanges => ({ subjects: { region: 'US', count: 1, ids: [`us-${i}`] } });
const looks = [1, 2, 3].map((i) => ({
  ...about(i),
  id: `look-${i}`,
  actor: { id: 'e-2' },
  time: timeOn(0, 10, 30 + i),
}));
const refusals = [1, 2, 3].map((i) => ({
  ...about(i),
  id: `refused-${i}`,
  actor: { id: 'e-1' },
  time: timeOn(0, 10, i),
  outcome: 'denied' as const,
}));

/** Looks, refusals behind them, and the records that say so. */
async function aLateWorld() {
  const world = aWorld();
  world.pass(35);
  await world.take(looks.map(world.access));
  world.pass(5);
  const report = await world.take(refusals.map(world.access));
  expect(report).toMatchObject({ applied: 3, linkedLate: 0 });
  world.pass(1);
  return { ...world, records: await world.joined() };
}

describe('refusals that come behind the looks after them', () => {
  it('are told of within the minute, as if they had come in time', async () => {
    const { records, take, ports, baselineOf } = await aLateWorld();
    expect(ports.alerts.drain()).toEqual([]);

    const report = await take(records);

    expect(report).toMatchObject({ applied: 0, linkedLate: 1, duplicates: 0, quarantined: 0, failed: 0 });
    expect(ports.alerts.drain()).toMatchObject([
      { subject: { id: 'e-1' }, relatedEmployees: ['e-2'], signals: [{ signal: 'proxy-pull', observed: 3 }] },
    ]);
    expect((await baselineOf('e-1'))?.sitting.linkedSubjects).toHaveLength(3);
  });

  it('are told of once, however often it is said', async () => {
    const { records, take, put, ports } = await aLateWorld();
    await take(records);
    ports.alerts.drain();

    const said = records.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, 'base64').toString('utf8')));
    const again = await take(said.map((record) => put(record, 'e-1')));
    const redelivered = await take(records);

    expect([again, redelivered]).toMatchObject([
      { linkedLate: 0, duplicates: 1 },
      { linkedLate: 0, duplicates: 1 },
    ]);
    expect(ports.alerts.drain()).toEqual([]);
  });

  it('are folded again where another write was faster', async () => {
    const { records, take, ports } = await aLateWorld();
    let races = 1;
    const save: DetectPorts['baselines']['save'] = async (...write) => {
      if (races-- > 0) throw new WriteConflict('somebody was faster');
      return ports.baselines.save(...write);
    };

    const report = await take(records, { baselines: { ...ports.baselines, save } });

    expect(report).toMatchObject({ linkedLate: 1, conflicts: 1, failed: 0 });
  });

  it('fail their batch while what is noted can’t be read', async () => {
    const { records, take, ports } = await aLateWorld();
    const late = () => Promise.reject(new Error('the table is away'));

    const report = await take(records, { links: { ...ports.links, late } });

    expect(report).toMatchObject({ failed: 1, linkedLate: 0, quarantined: 0 });
  });
});

describe('a record of late links', () => {
  const LINK = {
    subject: '0a00000000000001',
    refusal: '1788743089841#0000000a',
    place: 0,
    look: '1788743089000#0000000b',
    lookPlace: 1,
    hour: 496_873,
  };

  it('of which nothing is noted is put aside: whoever writes to the stream accuses nobody', async () => {
    const { put, take, quarantined, baselineOf } = await aLateWorld();

    const report = await take([put(lateLinksOf('e-1', [LINK]), 'e-1')]);

    expect(report).toMatchObject({ quarantined: 1, linkedLate: 0, failed: 0 });
    expect(quarantined()).toContain('nothing that is noted says so');
    expect((await baselineOf('e-1'))?.sitting.linkedSubjects).toEqual([]);
  });

  it('of somebody else than it lies under, or that is none, is put aside', async () => {
    const { put, take, quarantined } = await aLateWorld();

    const report = await take([
      put(lateLinksOf('e-1', [LINK]), 'e-2'),
      put({ ...lateLinksOf('e-1', [LINK]), links: 'many' }, 'e-1'),
    ]);

    expect(report).toMatchObject({ quarantined: 2, failed: 0 });
    expect(quarantined()).toContain('partition key is not the actor id');
    expect(quarantined()).toContain('links: Invalid input');
  });
});
