import { describe, expect, it } from 'vitest';
import type { Baseline, Episode } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { type Contribution, contributionOf } from '../../shared/pipeline/fold-groups.ts';
import { foldOffices } from '../../shared/pipeline/fold-offices.ts';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { encodeDailyReads } from '../../shared/stats/daily-series.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { aRow } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const NOW = Date.parse(timeOn(0, 16));
const EPISODE: Episode = {
  alertId: 'c0ffee00c0ffee00',
  openedAt: NOW - 3_600_000,
  lastEvidenceAt: NOW - 3_600_000,
  revision: 1,
  toldScore: 5,
  toldSeverity: 'high',
  toldAt: NOW - 3_600_000,
  toldFamilies: 1,
  withApproval: 0,
  withoutApproval: 90,
  subjects: 90,
};
const settled = aSettledBaseline();

/** Somebody at work today who read about three protected users on each of the last weeks' working days. */
function member(readsToday: number, offset: number): Baseline {
  const usual = (day: number) => 2 + ((day * 7 + offset * 3) % 3);
  return {
    ...settled,
    updatedAt: NOW - 60_000,
    day: { ...settled.day, day: settled.day.day + 3, protectedReads: readsToday, reads: readsToday + 10 },
    dailyReads: Array.from({ length: 35 }, (_, i) => (i % 7 < 5 ? encodeDailyReads(usual(i)) : 0)),
    habits: { ...settled.habits, dayReads: { n: 24, mean: 3, variance: 1 } },
  };
}

interface Staff {
  readonly team: string;
  readonly country: string;
  readonly reads: readonly number[];
}

function office(...staff: readonly Staff[]): readonly Contribution[] {
  const people = staff.flatMap(({ team, country, reads }) =>
    reads.map((count, i) => ({ employeeId: `${team}-${country}-${i}`, team, country, count, i })),
  );
  const directory = buildDirectory(
    people.map(({ employeeId, team, country }) => aRow({ employeeId, team, homeCountry: country, effectiveFrom: 0 })),
  );
  return deepFreeze(
    people.map(({ employeeId, count, i }) => contributionOf(employeeId, member(count, i), directory, NOW)),
  );
}

const each = (people: number, reads: number) => Array.from({ length: people }, (_, i) => reads + (i % 2));
const scoring = { snapshot: prepareSnapshot(aScoringContext().snapshot.snapshot), settings: DEFAULT_SETTINGS };
const foldOf = (contributions: readonly Contribution[], episodes = {}) =>
  foldOffices(contributions, episodes, scoring, NOW);
const quiet = [
  { team: 'ads', country: 'JP', reads: each(9, 3) },
  { team: 'ads', country: 'SG', reads: each(9, 3) },
];

describe('an office', () => {
  it('tells of nothing on an ordinary day', () => {
    expect(foldOf(office({ team: 'recsys', country: 'CN', reads: each(12, 3) }, ...quiet)).alerts).toEqual([]);
  });

  it('surges where a whole country reads more and nobody stands out, and nobody is named', () => {
    const { alerts } = foldOf(
      office(
        { team: 'recsys', country: 'CN', reads: each(6, 6) },
        { team: 'sre', country: 'CN', reads: each(6, 6) },
        ...quiet,
      ),
    );

    expect(alerts.map(({ subject }) => subject)).toEqual([{ type: 'region', id: 'CN' }]);
    expect(alerts[0]?.relatedEmployees).toEqual([]);
    expect(alerts[0]?.headline).toBe(
      '12 people in CN read 78 times about US users today; 36 is usual for them, and nobody has a case of their own',
    );
  });

  it('tells all that was read, also by those who stand out, and how many of them have a case of their own', () => {
    const busy = office(
      { team: 'recsys', country: 'CN', reads: [90, ...each(5, 6)] },
      { team: 'sre', country: 'CN', reads: each(6, 6) },
      ...quiet,
    );
    const headlineOf = (known: readonly string[]) =>
      foldOf(
        busy.map((person) =>
          known.includes(person.actorId) ? { ...person, baseline: { ...person.baseline, episode: EPISODE } } : person,
        ),
      ).alerts[0]?.headline;

    expect(headlineOf(['recsys-CN-0'])).toBe(
      '12 people in CN read 161 times about US users today; 36 is usual for them, and 1 has a case of their own',
    );
    expect(headlineOf(['recsys-CN-0', 'sre-CN-1', 'ads-JP-1'])).toMatch(/, and 2 have a case of their own$/);
  });

  it('surges where a list is split among the colleagues of one team, who are named, busiest first', () => {
    const { alerts } = foldOf(
      office(
        { team: 'recsys', country: 'CN', reads: each(5, 7) },
        { team: 'sre', country: 'CN', reads: each(25, 3) },
        ...quiet,
      ),
    );

    expect(alerts.map(({ subject }) => subject)).toEqual([{ type: 'team', id: 'recsys/CN' }]);
    expect(alerts[0]?.signals[0]?.signal).toBe('team-surge');
    expect(alerts[0]?.relatedEmployees.slice(0, 2)).toEqual(['recsys-CN-1', 'recsys-CN-3']);
  });

  it('is not one busy colleague among many, nor two', () => {
    for (const reads of [
      [90, 3, 3, 4, 3, 4, 3, 4],
      [90, 60, 3, 4, 3, 4, 3, 4],
    ])
      expect(foldOf(office({ team: 'recsys', country: 'CN', reads }, ...quiet)).alerts).toEqual([]);
  });

  it('is expected to be busy where its teams are busy elsewhere too', () => {
    const launch = ['CN', 'SG', 'US'].map((country) => ({ team: 'recsys', country, reads: each(10, 6) }));

    expect(foldOf(office(...launch, { team: 'ads', country: 'JP', reads: each(9, 3) })).alerts).toEqual([]);
  });

  it('is not judged in the home countries', () => {
    expect(foldOf(office({ team: 'trust', country: 'US', reads: each(20, 9) }, ...quiet)).alerts).toEqual([]);
  });

  it('is one story while it lasts, and its teams are no further ones', () => {
    const busy = office({ team: 'recsys', country: 'CN', reads: each(12, 6) }, ...quiet);
    const first = foldOf(busy);
    const again = foldOffices(busy, first.episodes, scoring, NOW + 300_000);

    expect(first.alerts).toHaveLength(1);
    expect(again.alerts).toEqual([]);
    expect(again.episodes.CN?.alertId).toBe(first.alerts[0]?.alertId);
  });

  it('is silent where its signal is switched off', () => {
    const signals = {
      ...DEFAULT_SETTINGS.signals,
      'country-surge': { enabled: false, weight: 1 },
      'team-surge': { enabled: false, weight: 1 },
    };
    const busy = office({ team: 'recsys', country: 'CN', reads: each(12, 6) }, ...quiet);

    expect(foldOffices(busy, {}, { ...scoring, settings: { ...DEFAULT_SETTINGS, signals } }, NOW).alerts).toEqual([]);
  });
});
