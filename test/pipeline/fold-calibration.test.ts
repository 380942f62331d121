import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, type DayMaxima, emptyDay, emptyMaxima, initialBaseline } from '../../shared/model/baseline.ts';
import { initialSnapshot, type Snapshot } from '../../shared/model/snapshot.ts';
import { foldCalibration } from '../../shared/pipeline/fold-calibration.ts';
import { contributionOf } from '../../shared/pipeline/fold-groups.ts';
import { DIRECTORY } from '../factories/an-access.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FIRST = 20_000;
const DECAY = 2 ** (-1 / 14);
const PEOPLE = 6;

/** Somebody's maxima of a day, always the same for the same day; now and then there is no protected access. */
const maximaOn = (person: number, day: number): DayMaxima => ({
  ...emptyMaxima(day),
  population: (person * 7 + day) % 5 === 0 ? 0 : person < 4 ? 1 : 2,
  settled: person % 3 !== 2,
  strengths: [(person + day) % 9],
  evidence: (3 * person + day) % 11,
});
/** What is stored of somebody on a local day: it, running, and the two days before. */
const baselineOn = (person: number, day: number): Baseline => ({
  ...initialBaseline(),
  firstDay: FIRST,
  day: { ...emptyDay(day, 0), maxima: maximaOn(person, day) },
  closedDays: [day - 1, day - 2]
    .filter((past) => past >= FIRST)
    .map((past) => maximaOn(person, past))
    .filter(({ population }) => population !== 0),
});
function foldAt(previous: Snapshot, time: number): Snapshot {
  const everybody = Array.from({ length: PEOPLE }, (_, person) =>
    contributionOf('e-00042', baselineOn(person, Math.floor(time / DAY_MS)), DIRECTORY, time),
  );
  return deepFreeze({ ...previous, ...foldCalibration(previous, everybody, time) });
}
const foldAll = (times: readonly number[]) => times.reduce(foldAt, initialSnapshot(0, 'd1', 'n1'));
const noons = (days: number) => Array.from({ length: days }, (_, i) => (FIRST + i) * DAY_MS + 12 * HOUR_MS);

/** The batch definition: each settled day from the fifteenth on, halved every two weeks since. */
function histogram(population: 1 | 2, through: number): number[] {
  const sum: number[] = new Array(11).fill(0);
  for (let day = FIRST + 14; day <= through; day++)
    for (let person = 0; person < PEOPLE; person++) {
      const maxima = maximaOn(person, day);
      if (maxima.population === population && maxima.settled)
        sum[maxima.evidence] = (sum[maxima.evidence] ?? 0) + DECAY ** (through - day);
    }
  return sum;
}

describe('calibration', () => {
  it('counts every settled employee-day once when it is over everywhere, at every fold', () => {
    let snapshot = initialSnapshot(0, 'd1', 'n1');
    for (const noon of noons(45)) {
      snapshot = foldAt(snapshot, noon);
      const through = Math.floor(noon / DAY_MS) - 1;
      expect(snapshot.calibratedThroughDay).toBe(through);
      for (const [name, population] of [
        ['foreign', 1],
        ['home', 2],
      ] as const)
        histogram(population, through).forEach((days, bucket) => {
          expect(Math.abs((snapshot.calibration[name].evidence[bucket] ?? 0) - days)).toBeLessThan(0.02);
        });
    }
    expect(snapshot.calibration.home.measures[0]?.reduce((sum, days) => sum + days, 0)).toBeGreaterThan(10);
  });

  it('comes to the same however often and whenever is folded, as long as each day is seen', () => {
    const extra = fc.array(fc.integer({ min: FIRST * DAY_MS, max: (FIRST + 30) * DAY_MS }), { maxLength: 40 });
    fc.assert(
      fc.property(extra, (times) => {
        const [first = 0, ...rest] = noons(31);
        const all = [first, ...[...rest, ...times.filter((time) => time > first)].sort((a, b) => a - b)];

        expect(foldAll(all)).toEqual(foldAll(noons(31)));
      }),
      { numRuns: 30 },
    );
  });

  it('waits until a day is over twelve hours west of everybody', () => {
    const before = foldAll(noons(20));
    const noon = (FIRST + 20) * DAY_MS + 12 * HOUR_MS;

    expect(foldAt(before, noon - 1).calibratedThroughDay).toBe(FIRST + 18);
    expect(foldAt(before, noon).calibratedThroughDay).toBe(FIRST + 19);
  });

  it('leaves the system’s first two weeks out, and counts unsettled people’s days beside the others', () => {
    expect(foldAll(noons(15)).calibration.foreign).toMatchObject({ evidence: [], days: 0, unsettledDays: 0 });

    const { foreign } = foldAll(noons(16)).calibration;
    const unsettled = [0, 1, 2, 3]
      .map((person) => maximaOn(person, FIRST + 14))
      .filter((m) => m.population === 1 && !m.settled);
    expect(foreign).toMatchObject({ days: 1, unsettledDays: unsettled.length });
    expect(foreign.evidence.reduce((sum, days) => sum + days, 0)).toBe(
      [0, 1, 2, 3].map((person) => maximaOn(person, FIRST + 14)).filter((m) => m.population === 1 && m.settled).length,
    );
  });

  it('goes by the first day that anybody was seen on, also when they are gone', () => {
    const before = foldAll(noons(20));
    const newcomers = [1, 2].map((person) =>
      contributionOf('e-00042', { ...baselineOn(person, FIRST + 20), firstDay: FIRST + 18 }, DIRECTORY, 0),
    );

    const { systemSinceDay, calibration } = foldCalibration(before, newcomers, noons(22)[21] ?? 0);
    expect(systemSinceDay).toBe(FIRST);
    expect(calibration.foreign.days).toBeGreaterThan(before.calibration.foreign.days);
  });

  it('begins with the first of those who were ever seen, and counts no day of nobody', () => {
    const seen = (firstDay: number) =>
      contributionOf('e-00042', { ...initialBaseline(), firstDay }, DIRECTORY, noons(1)[0] ?? 0);
    const initial = initialSnapshot(0, 'd1', 'n1');
    const since = (firstDays: readonly number[]) => foldCalibration(initial, firstDays.map(seen), 0).systemSinceDay;

    expect([since([FIRST + 5, FIRST, -1, FIRST + 9]), since([-1]), since([])]).toEqual([FIRST, -1, -1]);
    const running = { ...initial, calibratedThroughDay: FIRST };
    expect(foldCalibration(running, [], noons(40)[39] ?? 0).calibration).toEqual(initial.calibration);
  });

  it('keeps the strengths of each measure apart, also of a day of weeks ago', () => {
    const day = { ...emptyDay(FIRST + 20, 0), maxima: { ...emptyMaxima(FIRST + 20), settled: true } };
    const odd = { ...day, maxima: { ...day.maxima, population: 1 as const, strengths: [1, 2, 3], evidence: 9 } };
    const somebody = contributionOf('e-00042', { ...initialBaseline(), firstDay: FIRST, day: odd }, DIRECTORY, 0);
    const before = { ...initialSnapshot(0, 'd1', 'n1'), systemSinceDay: FIRST, calibratedThroughDay: FIRST + 19 };
    const { measures, evidence } = foldCalibration(before, [somebody], noons(42)[41] ?? 0).calibration.foreign;

    const weight = DECAY ** 20;
    for (const [histogram = [], bucket] of [
      [measures[0], 1],
      [measures[1], 2],
      [measures[2], 3],
      [evidence, 9],
    ] as const) {
      expect(histogram).toHaveLength(bucket + 1);
      expect(histogram[bucket]).toBeCloseTo(weight, 2);
    }
  });

  it('counts no day again after a clock was set back', () => {
    const [before, after] = [noons(31), [noons(26)[25] ?? 0, noons(31)[30] ?? 0]];

    expect(foldAll([...before, ...after]).calibration).toEqual(foldAll(before).calibration);
  });

  it('halves every two weeks how many days it rests on, and how many were unsettled', () => {
    const { days, unsettledDays } = foldAll(noons(45)).calibration.foreign;
    const counted = Array.from({ length: 30 }, (_, ago) => [FIRST + 43 - ago, DECAY ** ago] as const);
    const isUnsettled = ({ population, settled }: DayMaxima) => population === 1 && !settled;

    expect(days).toBeCloseTo(
      counted.reduce((sum, [, weight]) => sum + weight, 0),
      1,
    );
    expect(unsettledDays).toBeCloseTo(
      counted.reduce(
        (sum, [day, weight]) =>
          sum + weight * [0, 1, 2, 3, 4, 5].filter((person) => isUnsettled(maximaOn(person, day))).length,
        0,
      ),
      1,
    );
  });

  it('begins with the day of the first fold, however long people have been known', () => {
    const first = foldAll([noons(40)[39] ?? 0]);

    expect(first).toMatchObject({ calibratedThroughDay: FIRST + 38, systemSinceDay: FIRST });
    expect(first.calibration).toEqual(initialSnapshot(0, 'd1', 'n1').calibration);
  });

  it('loses the days that no fold saw, and counts none of them twice', () => {
    const gap = [...noons(20), ...noons(40).slice(34)];
    const snapshot = foldAll(gap);

    expect(snapshot.calibratedThroughDay).toBe(FIRST + 38);
    const seen = snapshot.calibration.foreign.evidence.reduce((sum, days) => sum + days, 0);
    expect(seen).toBeLessThan(histogram(1, FIRST + 38).reduce((sum, days) => sum + days, 0));
    expect(foldAt(snapshot, noons(40)[39] ?? 0).calibration).toEqual(snapshot.calibration);
  });
});
