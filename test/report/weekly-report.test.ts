import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { renderReportPage } from '../../shared/report/report-page.ts';
import { type CaseFate, type PersonDay, weeklyReport } from '../../shared/report/weekly-report.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { HOSTILE_TEXT } from '../notification/hostile-alert.ts';
import { aReportedCase, aWeek } from './a-week.ts';

const END = 20_000;
const aCase = (day: number, fate: CaseFate, change: Partial<Alert> = {}, endedDay = day) => ({
  alert: anAlert(change),
  ...aReportedCase(day, fate, endedDay),
});
const aDay = (day: number, reads: number, change: Partial<PersonDay> = {}): PersonDay => ({
  person: 'e-1',
  country: 'CN',
  team: 'recsys',
  day,
  reads,
  ...change,
});
const policyFact = { signals: [{ ...anAlert().signals[0], signal: 'unapproved-access' }] } as Partial<Alert>;

describe('a weekly report', () => {
  it('sums up reads by week, the last week last, and leaves out what is older or later', () => {
    const personDays = [
      aDay(END - 1, 1),
      aDay(END - 7, 2),
      aDay(END - 8, 4),
      aDay(END - 35, 8),
      aDay(END - 36, 99),
      aDay(END, 99),
    ];

    const { total, countries, startDay } = weeklyReport(aWeek({ endDay: END, personDays }));

    expect(startDay).toBe(END - 7);
    expect(total).toEqual([8, 0, 0, 4, 3]);
    expect(countries).toEqual([{ name: 'CN', people: 1, weeks: [8, 0, 0, 4, 3] }]);
  });

  it('orders countries and teams by what was read this week, and counts who read', () => {
    const personDays = [
      aDay(END - 2, 5),
      aDay(END - 2, 9, { person: 'e-2', country: 'IE', team: 'ads' }),
      aDay(END - 3, 9, { person: 'e-3', country: 'IE', team: 'recsys' }),
      aDay(END - 9, 50, { person: 'e-4', country: 'SG' }),
    ];

    const { countries, teams } = weeklyReport(aWeek({ endDay: END, personDays }));

    expect(countries.map(({ name, people }) => [name, people])).toEqual([
      ['IE', 2],
      ['CN', 1],
      ['SG', 0],
    ]);
    expect(teams.map(({ name }) => name)).toEqual(['recsys', 'ads']);
  });

  it('lists the cases opened within the week, the worst first, with what became of them', () => {
    const cases = [
      aCase(END - 1, 'open', { alertId: 'a', severity: 'low' }),
      aCase(END - 7, 'confirmed', { alertId: 'b', severity: 'critical' }),
      aCase(END - 8, 'confirmed', { alertId: 'before' }),
      aCase(END, 'open', { alertId: 'after' }),
    ];

    const { opened, fates } = weeklyReport(aWeek({ endDay: END, cases }));

    expect(opened.map(({ alert }) => alert.alertId)).toEqual(['b', 'a']);
    expect(fates.critical).toEqual({ suppressed: 0, open: 0, confirmed: 1, dismissed: 0, expired: 0 });
    expect(fates.low.open).toBe(1);
  });

  it('tells what was judged or expired within the week, whenever it was opened, the worst first', () => {
    const cases = [
      aCase(END - 16, 'expired', { alertId: 'expired', severity: 'low' }, END - 2),
      aCase(END - 30, 'confirmed', { alertId: 'confirmed', severity: 'critical' }, END - 7),
      aCase(END - 9, 'dismissed', { alertId: 'the week before' }, END - 8),
      aCase(END - 1, 'dismissed', { alertId: 'today' }, END),
      aCase(END - 1, 'open', { alertId: 'open' }),
    ];

    const { ended, endings, opened } = weeklyReport(aWeek({ endDay: END, cases }));

    expect(ended.map(({ alert, outcome }) => [alert.alertId, outcome])).toEqual([
      ['confirmed', 'confirmed'],
      ['expired', 'expired'],
    ]);
    expect(endings.critical).toEqual({ confirmed: 1, dismissed: 0, expired: 0 });
    expect(endings.low.expired).toBe(1);
    expect(opened.map(({ alert }) => alert.alertId)).toEqual(['today', 'open']);
  });

  it('counts precision over every judged case, and the budget over what the statistics opened', () => {
    const cases = [
      aCase(END - 40, 'confirmed'),
      aCase(END - 2, 'dismissed'),
      aCase(END - 2, 'open'),
      aCase(END - 1, 'confirmed', policyFact),
    ];

    const { precision, statisticalByDay, policyFacts } = weeklyReport(aWeek({ endDay: END, cases }));

    expect(precision).toEqual([
      { signal: 'volume', confirmed: 1, dismissed: 1 },
      { signal: 'unapproved-access', confirmed: 1, dismissed: 0 },
    ]);
    expect(statisticalByDay).toEqual([0, 0, 0, 0, 0, 2, 0]);
    expect(policyFacts).toBe(1);
  });

  it('tells how soon people were told of what was opened this week, and how soon they answered', () => {
    const HOUR = 3_600_000;
    const toldAfter = (alertId: string, day: number, milliseconds: number | undefined, fate: CaseFate = 'open') => {
      const opened = aCase(day, fate, { alertId }, END - 1);
      return { ...opened, toldAt: milliseconds === undefined ? undefined : opened.openedAt + milliseconds };
    };
    const cases = [
      toldAfter('a', END - 1, 20_000),
      toldAfter('b', END - 7, 3 * HOUR),
      toldAfter('c', END - 2, 60_000),
      toldAfter('a clock ahead', END - 2, -5_000),
      toldAfter('untold', END - 2, undefined),
      toldAfter('judged', END - 8, HOUR, 'dismissed'),
      toldAfter('expired', END - 17, HOUR, 'expired'),
    ];

    const { promptness } = weeklyReport(aWeek({ endDay: END, cases }));

    expect(promptness.told).toEqual({ cases: 4, median: 60_000, longest: 3 * HOUR, slowest: 'b' });
    expect(promptness.judged).toEqual({
      cases: 1,
      median: 7 * 24 * HOUR - HOUR,
      longest: 7 * 24 * HOUR - HOUR,
      slowest: 'judged',
    });
    const nothing = weeklyReport(aWeek({ endDay: END, cases: [toldAfter('untold', END - 2, undefined)] }));
    expect(nothing.promptness).toEqual({ told: undefined, judged: undefined });
  });
});

describe('the page of a weekly report', () => {
  it('says how soon people were told and answered', () => {
    const promptness = {
      told: { cases: 2, median: 20_000, longest: 10_800_000, slowest: '<b>' },
      judged: { cases: 1, median: 172_800_000, longest: 172_800_000, slowest: 'case-7' },
    };

    const page = renderReportPage({ ...weeklyReport(aWeek()), promptness });

    expect(page).toContain(
      'From the access that opened a case to the telling: of 2 cases the middle one took under a minute, the slowest 3 hours (&#60;b&#62;).',
    );
    expect(page).toContain(
      'From the telling to the verdict: of 1 case the middle one took 2 days, the slowest 2 days (case-7)',
    );
  });

  it('says what is not known rather than nothing', () => {
    const page = renderReportPage(
      weeklyReport(aWeek({ quality: undefined, suppressions: undefined, cases: [], personDays: [] })),
    );

    for (const said of [
      'is not known to this report',
      'Not known: it is counted over events',
      'No case was opened',
      'No case was judged, and none expired',
      'is it known when people were told',
      'No case was judged of which',
      'Nobody read any',
    ])
      expect(page).toContain(said);
  });

  it('sums up verdicts of the week and what nobody was told of, and has no column for what can’t be', () => {
    const cases = [
      aCase(END - 16, 'expired', {}, END - 2),
      aCase(END - 20, 'dismissed', {}, END - 2),
      aCase(END - 1, 'open'),
      aCase(END - 1, 'suppressed'),
    ];

    const page = renderReportPage(weeklyReport(aWeek({ endDay: END, cases })));

    expect(page).toContain(
      'Cases opened: 2; confirmed of them: 0; waiting for somebody: 1; suppressed: 1. Judged this week, whenever opened: 1; expired: 1.',
    );
    const headsOf = (caption: string) => page.split(caption).at(-1)?.split('</thead>')[0];
    expect(headsOf('What became of the cases opened this week')).not.toContain('expired');
    expect(headsOf('Verdicts of this week, and')).toContain('expired');
  });

  it('leaves hostile names inert', () => {
    const cases = [
      aCase(END - 1, 'open', { headline: HOSTILE_TEXT }),
      aCase(END - 1, 'dismissed', { headline: HOSTILE_TEXT }),
    ];
    const personDays = [aDay(END - 1, 3, { country: HOSTILE_TEXT, team: HOSTILE_TEXT })];

    const page = renderReportPage(weeklyReport(aWeek({ endDay: END, cases, personDays, notes: [HOSTILE_TEXT] })));

    expect(page).not.toMatch(/<script|<img|<a |\son\w+="/);
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('names nobody where messages are to name nobody', () => {
    const cases = [
      aCase(END - 1, 'open', { identity: 'pseudonym' }),
      aCase(END - 1, 'confirmed', { identity: 'pseudonym' }),
    ];

    expect(renderReportPage(weeklyReport(aWeek({ endDay: END, cases })))).not.toContain('e-00042');
  });
});

describe('a week against those before it', () => {
  const END = aWeek().endDay;
  /** Ten reads a day, and twenty in the last week. */
  const reportAfter = (days: number) =>
    renderReportPage(
      weeklyReport(
        aWeek({
          personDays: Array.from({ length: days }, (_, ago) => ({
            person: 'e-1',
            country: 'CN',
            team: 'recsys',
            day: END - 1 - ago,
            reads: ago < 7 ? 20 : 10,
          })),
        }),
      ),
    );

  it('is not compared with the one in which everything began, of which there may be a day', () => {
    expect(reportAfter(8)).toContain('140 protected reads, with no whole week before to compare with.');
    expect(reportAfter(14)).toContain('with no whole week before to compare with.');
  });

  it('is compared with whole ones', () => {
    expect(reportAfter(15)).toContain('140 protected reads, +100% against the week before.');
    expect(reportAfter(35)).toContain('140 protected reads, +100% against the 4 weeks before.');
  });
});
