import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, ATTRIBUTES } from '../../shared/model/access.ts';
import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';
import { changePeerGroup, closeWindows, learnHeldWindow } from '../../shared/pipeline/close-windows.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { decodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const MINUTE = 60_000;
const settled = aSettledBaseline();
const START = Date.parse(timeOn(0, 0));
const at = (time: number, changes: AccessEventChanges = {}): Access =>
  anAccess({ id: `ev-${time}`, time: new Date(time).toISOString(), ...changes });

/** What is learned of accesses that nobody is alerted about. */
const learn = (before: Baseline, accesses: readonly Access[]) =>
  accesses.reduce(
    (baseline, access) => deepFreeze(observe(closeWindows(baseline, access).baseline, access, [])),
    before,
  );

/** Accesses in order: minutes from each to the next, whether protected, and how many users. */
const worked = fc
  .array(
    fc.record({
      gap: fc.oneof(
        { weight: 3, arbitrary: fc.nat(29) },
        { weight: 1, arbitrary: fc.integer({ min: 30, max: 4_000 }) },
      ),
      region: fc.constantFrom('US', 'GB'),
      count: fc.nat(9),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let time = START;
    return steps.map(({ gap, region, count }) => {
      time += gap * MINUTE;
      return at(time, { subjects: { region, count } });
    });
  });

/** The batch definition: runs in which no two neighbours are apart. */
function runsOf(accesses: readonly Access[], apart: (before: Access, next: Access) => boolean): Access[][] {
  const runs: Access[][] = [];
  for (const access of accesses) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && !apart(last, access)) run.push(access);
    else runs.push([access]);
  }
  return runs;
}

describe('a sitting', () => {
  it('is over after half an hour, to the millisecond, and learned whole', () => {
    const open = learn(initialBaseline(), [at(START), at(START + 29 * MINUTE)]);
    const sitting = (gap: number) => closeWindows(open, at(START + 29 * MINUTE + gap)).baseline;

    expect(sitting(30 * MINUTE - 1).sitting).toEqual(open.sitting);
    expect(sitting(30 * MINUTE).sitting.start).toBe(0);
    expect(sitting(30 * MINUTE).habits).toMatchObject({
      sittings: 1,
      protectedSittings: 1,
      sittingReads: { n: 1, mean: 2 },
    });
  });

  it('is learned as if all accesses had been cut into runs at once, at every prefix', () => {
    fc.assert(
      fc.property(worked, (accesses) => {
        let baseline = initialBaseline();
        accesses.forEach((access, i) => {
          baseline = learn(baseline, [access]);
          const closed = runsOf(accesses.slice(0, i + 1), (a, b) => b.time - a.time >= 30 * MINUTE).slice(0, -1);
          expect(baseline.habits.sittings).toBe(closed.length);
          expect(baseline.habits.protectedSittings).toBe(closed.filter((run) => run.some((a) => a.protected)).length);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is over after half a day, however little pause there is', () => {
    const everyTenMinutes = Array.from({ length: 3 * 6 * 24 }, (_, i) => at(START + 10 * MINUTE * i));

    const { habits, sitting } = learn(initialBaseline(), everyTenMinutes);

    expect(habits).toMatchObject({ sittings: 5, sittingReads: { mean: 72 } });
    expect(sitting.reads).toBe(72);
  });

  it('that a source reports late is one of its own, as it was', () => {
    const hour = 60 * MINUTE;
    const ofDay = (day: number) => [0, 10, 20].map((minute) => at(START + 24 * day * hour + minute * MINUTE));
    const now = learn(initialBaseline(), [at(START + 100 * hour), at(START + 100 * hour + MINUTE)]);

    const late = learn(now, [...ofDay(0), ...ofDay(1), ...ofDay(2)]);
    const again = learn(late, [at(START + 100 * hour + 2 * MINUTE)]);

    expect(late.sitting).toMatchObject({ start: START + 48 * hour, last: START + 48 * hour + 20 * MINUTE, reads: 3 });
    expect(again.habits).toMatchObject({ sittings: 4 });
    expect(again.sitting).toMatchObject({ start: START + 100 * hour + 2 * MINUTE, reads: 1 });
  });

  it('takes in an access that is out of order by less than half an hour', () => {
    const running = learn(initialBaseline(), [at(START + 60 * MINUTE)]);

    expect(learn(running, [at(START + 31 * MINUTE)]).sitting).toMatchObject({ start: START + 60 * MINUTE, reads: 2 });
    expect(learn(running, [at(START + 30 * MINUTE)]).sitting).toMatchObject({ start: START + 30 * MINUTE, reads: 1 });
  });

  it('counts among the last hundred: older ones are forgotten', () => {
    const { habits } = learn(
      initialBaseline(),
      Array.from({ length: 302 }, (_, i) =>
        at(START + i * 60 * MINUTE, { subjects: { region: i < 151 ? 'US' : 'GB' } }),
      ),
    );

    expect(habits.sittings).toBeCloseTo(100, 3);
    expect(habits.protectedSittings).toBeCloseTo(100 * 0.99 ** 150, 0);
  });

  it('of nothing but refusals is no sitting', () => {
    const refused = learn(initialBaseline(), [at(START, { outcome: 'denied' }), at(START + 60 * MINUTE)]);

    expect(refused.habits.sittings).toBe(0);
  });
});

describe('a day', () => {
  it('is learned as if all accesses had been cut by the local calendar at once, at every prefix', () => {
    fc.assert(
      fc.property(worked, (accesses) => {
        let baseline = initialBaseline();
        accesses.forEach((access, i) => {
          baseline = learn(baseline, [access]);
          const days = runsOf(accesses.slice(0, i + 1), (a, b) => a.local.day !== b.local.day).slice(0, -1);
          const { habits } = baseline;
          expect(habits.activeDays).toBe(days.length);
          expect(habits.weekdays).toEqual(
            [0, 1, 2, 3, 4, 5, 6].map((weekday) => days.filter(([first]) => first?.local.weekday === weekday).length),
          );
          expect(habits.hours).toEqual(
            Array.from(
              { length: 24 },
              (_, h) => days.filter((day) => day.some(({ local }) => local.hour === h)).length,
            ),
          );
          const series = new Map(days.map((day) => [day[0]?.local.day, day.filter((a) => a.protected).length]));
          expect(baseline.dailyReads.map(decodeDailyReads)).toEqual(
            baseline.dailyReads.map((_, ago) => series.get(access.local.day - 1 - ago)),
          );
        });
      }),
      { numRuns: 40 },
    );
  });

  it('of nothing but refusals is a day off', () => {
    const refused = learn(initialBaseline(), [at(START, { outcome: 'denied' }), at(Date.parse(timeOn(1)))]);

    expect(refused.habits.activeDays).toBe(0);
    expect(refused.dailyReads.map(decodeDailyReads)).toEqual([undefined]);
  });

  it('that was wild is taken in as three standard deviations at most: nobody teaches much in one day', () => {
    const reads = (count: number) => Array.from({ length: count }, (_, i) => at(Date.parse(timeOn(0, 10, 0, i))));
    const uneven = { ...settled, habits: { ...settled.habits, dayReads: { n: 20, mean: 5, variance: 4 } } };
    const { n, mean, variance } = learn(uneven, [at(Date.parse(timeOn(0)))]).habits.dayReads;
    const learned = (count: number) => learn(uneven, [...reads(count), at(Date.parse(timeOn(1)))]).habits.dayReads;

    expect(learned(900)).toEqual(learned(300));
    expect(learned(900).mean).toBeCloseTo(mean + (3 * Math.sqrt(variance) + 3) / (n + 1), 3);
  });

  it('leaves its maxima for two days, so that a fold that comes late still counts them', () => {
    const week = [0, 1, 2, 3].map((day) => at(Date.parse(timeOn(day))));
    const maxima = (day: number) => ({ ...settled.day.maxima, day: settled.day.day + day, population: 1 as const });
    const closed = week.reduce<Baseline>((baseline, access, i) => {
      const next = closeWindows(baseline, access).baseline;
      return { ...observe(next, access, []), day: { ...next.day, maxima: maxima(i + 3) } };
    }, settled);

    expect(closed.closedDays.map(({ day }) => day - settled.day.day)).toEqual([5, 4]);
  });
});

describe('habits', () => {
  it('are halved after 64 days, so that a profile follows a change', () => {
    const days = Array.from({ length: 65 }, (_, i) => at(START + i * 24 * 60 * MINUTE + 9 * 60 * MINUTE));
    const { habits } = learn(initialBaseline(), days);

    expect(habits.activeDays).toBe(32);
    expect(habits.hours[9]).toBe(32);
    expect(habits.categories[0]).toMatchObject({ days: 32, lastDay: days[63]?.local.day });
  });

  it('forget a value of one day after sixty days, and not one of two', () => {
    const on = (day: number, dataset: string) => at(Date.parse(timeOn(day, 9)), { resource: { dataset } });
    const known = (until: number) =>
      learn(initialBaseline(), [
        on(0, 'once'),
        on(0, 'twice'),
        on(1, 'twice'),
        on(until, 'user.profile'),
        on(until + 1, 'x'),
      ]).habits.categories.filter(({ attribute }) => attribute === 0).length;

    expect(known(59)).toBe(3);
    expect([known(60), known(90)]).toEqual([2, 2]);
  });

  it('hold fourteen data sets: those of the fewest days give way, the longest unused first', () => {
    const on = (day: number, dataset: string) => at(Date.parse(timeOn(day)), { resource: { dataset } });
    const once = Array.from({ length: 12 }, (_, i) => on(3, `once-${i}`));
    const { habits } = learn(initialBaseline(), [
      ...[0, 1, 2].map((day) => on(day, 'often')),
      ...once,
      on(4, 'lately'),
      on(7, 'last'),
      on(8, 'x'),
    ]);

    const known = habits.categories.filter(({ attribute }) => attribute === 0).map(({ hash }) => hash);
    expect(known).toHaveLength(14);
    for (const { categories } of [on(0, 'often'), on(4, 'lately'), on(7, 'last')])
      expect(known).toContain(categories[0]);
  });

  it('hold so many values of each attribute', () => {
    const used = ATTRIBUTES.flatMap((_, attribute) =>
      Array.from({ length: 20 }, (_, i) => ({ attribute, hash: i + 1, reads: 1, unapproved: 0 })),
    );
    const { categories } = learnHeldWindow(initialBaseline().habits, { kind: 'day', day: { ...settled.day, used } });

    expect(ATTRIBUTES.map((_, wanted) => categories.filter(({ attribute }) => attribute === wanted).length)).toEqual([
      14, 5, 6, 4, 5,
    ]);
  });

  it('of what a person usually scores follow a day by an eighth of the way and three tenths at most, without zeros at the end', () => {
    const usualAfter = (usual: readonly number[], strengths: readonly number[], population: 0 | 1 | 2 = 1) =>
      learnHeldWindow(
        { ...settled.habits, usual },
        { kind: 'day', day: { ...settled.day, maxima: { population, strengths } } },
      ).usual;

    expect(usualAfter([], [0, 9, 0, 200])).toEqual([0, 2, 0, 3]);
    expect(usualAfter([20, 20, 20, 20], [20, 28, 0])).toEqual([20, 21, 17, 17]);
    expect(usualAfter([4, 1, 0, 1], [4])).toEqual([4]);
    expect(usualAfter([1, 0, 2], [], 2)).toEqual([0, 0, 1]);
    expect(usualAfter([1], [9], 0)).toEqual([1]);
  });

  it('of an earlier role count a fifth: the new colleagues know better', () => {
    const moved = changePeerGroup(settled, 99, 1234);

    expect(moved).toMatchObject({ peerGroup: 99, peerGroupDay: 1234 });
    for (const series of ['sittingReads', 'sittingSubjects', 'dayReads', 'daySubjects'] as const) {
      expect(moved.habits[series].n).toBeCloseTo(settled.habits[series].n / 5, 5);
      expect(moved.habits[series].mean).toBe(settled.habits[series].mean);
    }
    expect(moved.habits.protectedSittings).toBeCloseTo(settled.habits.protectedSittings / 5, 5);
    expect(changePeerGroup(moved, 99, 1240)).toBe(moved);
    expect(changePeerGroup({ ...settled, peerGroup: 0 }, 99, 1).habits).toEqual(settled.habits);
  });
});
