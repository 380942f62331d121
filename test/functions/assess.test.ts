import { describe, expect, it } from 'vitest';
import { type AssessPorts, assess, FOLD_EVERY_MS } from '../../functions/assess/assess.ts';
import { encodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { NO_COUNTRY_DAY, type SourceDay } from '../../shared/model/source-day.ts';
import { SOURCE_DAYS_READ } from '../../shared/pipeline/source-silence.ts';
import { createMemoryAlertQueue } from '../../shared/stores/memory-alert-queue.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryLinkLog } from '../../shared/stores/memory-link-store.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import { decodeSnapshot } from '../../shared/stores/snapshot-value.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse(timeOn(0, 12));

/** One employee of five weeks, on a clock that tests turn. */
async function aWorld() {
  let time = START;
  const baselines = createMemoryBaselineStore();
  await baselines.save('e-00042', aSettledBaseline(), 0);
  const references = createMemoryReferenceStore();
  const cases = createMemoryCaseStore();
  const sources = createMemorySourceDayStore();
  const queue = createMemoryAlertQueue(() => time);
  const ports = {
    baselines,
    references,
    sources,
    cases,
    adjudications: { put: async () => {} },
    linkLog: createMemoryLinkLog(() => time),
    lateLinks: { put: async () => {} },
    alerts: queue,
    settings: async () => ({}),
    now: () => time,
  } satisfies AssessPorts;
  const publishedAt = async (notAfter: number) => {
    const newest = await references.newest('snapshot', notAfter);
    const bytes = newest && (await references.get(newest.name));
    return bytes && decodeSnapshot(bytes);
  };
  return {
    ports,
    sources,
    cases,
    queue,
    references,
    publishedAt,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe('what came from each source', () => {
  it('is read by whole days, eight weeks and today, and once an hour', async () => {
    const { ports, pass } = await aWorld();
    const asked: (readonly [from: number, to: number])[] = [];
    const sources: AssessPorts['sources'] = {
      ofDays: async (from, to) => {
        asked.push([from, to]);
        return [];
      },
    };
    const today = Math.floor(START / DAY);

    for (const wait of [0, 10 * MINUTE, 40 * MINUTE, 10 * MINUTE]) {
      pass(wait);
      await assess({ ...ports, sources });
    }

    expect(asked).toEqual([
      [today - SOURCE_DAYS_READ, today + 1],
      [today - SOURCE_DAYS_READ, today + 1],
    ]);
  });
});

describe('the snapshot', () => {
  it('is published at once, and then every five minutes, give or take the timer', async () => {
    const { ports, pass } = await aWorld();
    const published: boolean[] = [];
    for (const wait of [0, MINUTE, 3 * MINUTE, MINUTE - 15_000, MINUTE]) {
      pass(wait);
      published.push((await assess(ports)).snapshot !== undefined);
    }

    expect(published).toEqual([true, false, false, true, false]);
    expect(FOLD_EVERY_MS).toBe(5 * MINUTE);
  });

  it('is what the employees come to, by the directory in force, which it names', async () => {
    const { ports, references, publishedAt } = await aWorld();
    await references.put('directory/1', encodeDirectory([aRow({ team: 'growth', homeCountry: 'BR' })]));
    await references.publish('directory', START - MINUTE, 'directory/1');

    const { snapshot } = await assess(ports);

    expect(snapshot).toMatchObject({ directory: 'directory/1', stamp: START, groups: { 'growth/BR': { members: 1 } } });
    expect(await publishedAt(START)).toEqual(snapshot);
  });

  it('is stamped when it becomes visible, not when the scan began', async () => {
    const { ports, pass, publishedAt } = await aWorld();
    const slow: AssessPorts['baselines'] = {
      scan: async function* () {
        pass(90_000);
        yield* ports.baselines.scan();
      },
    };

    const sources: AssessPorts['sources'] = {
      ofDays: async (...asked) => {
        pass(20_000);
        return ports.sources.ofDays(...asked);
      },
    };

    const { snapshot } = await assess({ ...ports, baselines: slow, sources });

    expect(snapshot?.stamp).toBe(START + 110_000);
    expect(await publishedAt(START + 109_999)).toBeUndefined();
  });

  it('is not published by a scan that breaks off, and the next run begins anew', async () => {
    const { ports, publishedAt } = await aWorld();
    const broken: AssessPorts['baselines'] = {
      scan: async function* () {
        yield* ports.baselines.scan();
        throw new Error('the table is away');
      },
    };

    const { failures } = await assess({ ...ports, baselines: broken });
    const before = await publishedAt(START);
    const { snapshot } = await assess(ports);

    expect(failures).toEqual([new Error('the table is away')]);
    expect(before).toBeUndefined();
    expect(snapshot?.stamp).toBe(START);
  });

  it('goes without somebody whose baseline is damaged, and names them', async () => {
    const { ports, publishedAt } = await aWorld();

    const { snapshot, damaged } = await assess({ ...ports, baselines: damagedBesides(ports, 1) });

    expect(damaged).toEqual(new Map([['e-damaged-0', 'stored state ends too early']]));
    expect(snapshot).toEqual((await assess((await aWorld()).ports)).snapshot);
    expect(await publishedAt(START)).toEqual(snapshot);
  });

  it('goes without one in a hundred, and is not published where more are damaged: that is no accident', async () => {
    const { ports } = await aWorld();
    const baseline = aSettledBaseline();
    for (let i = 1; i < 300; i++) await ports.baselines.save(`e-${i}`, baseline, 0);

    const { damaged } = await assess({ ...ports, baselines: damagedBesides(ports, 3) });
    const other = await aWorld();
    const { failures } = await assess({ ...other.ports, baselines: damagedBesides(ports, 4) });

    expect(damaged.size).toBe(3);
    expect(failures).toEqual([
      new Error('4 baselines are damaged and 300 are not; that of e-damaged-0: stored state ends too early'),
    ]);
    expect(await other.publishedAt(START)).toBeUndefined();
  });
});

/** What is stored, and so many besides that can't be read. */
const damagedBesides = ({ baselines }: Pick<AssessPorts, 'baselines'>, count: number): AssessPorts['baselines'] => ({
  scan: async function* (onDamaged) {
    for (let i = 0; i < count; i++) onDamaged?.(`e-damaged-${i}`, 'stored state ends too early');
    yield* baselines.scan();
  },
});

describe('a source that sends no more', () => {
  const START_DAY = Math.floor(START / DAY);
  /** Forty accesses an hour up to the hour that now is, and nothing in it. */
  const untilNow = (source: string, hoursMore = 0): SourceDay[] =>
    Array.from({ length: 36 }, (_, back) => ({
      source,
      day: START_DAY - back,
      countries: new Map([
        [
          'CN',
          {
            ...NO_COUNTRY_DAY,
            hours: NO_COUNTRY_DAY.hours.map((_, hour) =>
              (START_DAY - back) * DAY + hour * HOUR < START + hoursMore * HOUR ? 40 : 0,
            ),
          },
        ],
      ]),
    }));

  it('is told of once, by the fold that finds the hour over', async () => {
    const { ports, sources, queue, pass } = await aWorld();
    for (const day of [...untilNow('warehouse'), ...untilNow('other', 6)]) await sources.add(day);
    const told: string[] = [];

    for (let minutes = 0; minutes < 4 * 60; minutes += 5) {
      await assess(ports);
      told.push(...queue.drain().map(({ subject, revision }) => `${minutes} ${subject.id} ${revision}`));
      pass(5 * MINUTE);
    }

    // Three hours and the ten minutes in which the last counts are written down.
    expect(told).toEqual(['190 warehouse 1']);
  });

  it('is looked for when another hour is over, and not in every fold', async () => {
    const { ports, sources, pass } = await aWorld();
    const asked: number[] = [];
    const counted: AssessPorts['sources'] = {
      ofDays: async (from, to) => {
        asked.push(to - from);
        return sources.ofDays(from, to);
      },
    };

    for (let minutes = 0; minutes < 120; minutes += 5) {
      await assess({ ...ports, sources: counted });
      pass(5 * MINUTE);
    }

    // At the first fold, and at ten past of two hours, by a fold that may be stamped a little later.
    expect(asked).toEqual([57, 57, 57]);
  });
});

describe('the minute’s work', () => {
  const untold = anAlert({ alertId: 'left-behind' });

  it('queues a case again whose revision nobody was told of for five minutes', async () => {
    const { ports, cases, queue, pass } = await aWorld();
    await cases.storeRevision(untold, START);

    pass(5 * MINUTE - 1);
    const early = await assess(ports);
    pass(1);
    const due = await assess(ports);

    expect([early.requeued, due.requeued]).toEqual([0, 1]);
    expect(queue.drain()).toEqual([untold]);
    await cases.markNotified('left-behind', 1, 0);
    expect((await assess(ports)).requeued).toBe(0);
  });

  it('goes on where parts fail, and reports what was done beside why they failed', async () => {
    const { ports, cases, queue, publishedAt } = await aWorld();
    await cases.storeRevision(untold, START - 10 * MINUTE);
    const away = (what: string) => async () => {
      throw new Error(`${what} is away`);
    };

    const report = await assess({
      ...ports,
      settings: async () => ({ 'protected-regions': 'none' }),
      cases: { ...cases, open: away('the index'), unadjudicated: away('the stream') },
    });

    expect(queue.drain()).toEqual([untold]);
    expect(report).toMatchObject({ requeued: 1, unattended: 0, expired: undefined });
    expect(report.settings?.silencing).toHaveLength(1);
    expect(report.snapshot).toBeDefined();
    expect(await publishedAt(START)).toEqual(report.snapshot);
    expect(report.failures).toEqual([new Error('the index is away'), new Error('the stream is away')]);
  });

  it('fails nowhere on an ordinary day', async () => {
    const { ports } = await aWorld();

    expect((await assess(ports)).failures).toEqual([]);
  });
});
