import { type Burden, type CountryBurden, countFalseAlerts } from './false-alerts.ts';
import type { JudgedAlerts, Judgement } from './labelled-run.ts';

/** What the judge said of one run replayed at one `alerts-per-day`. */
export interface Trial {
  readonly seed: number;
  readonly alertsPerDay: number;
  readonly judgement: Judgement;
  readonly burden: Burden;
}

/** People are shown what is raised at this setting. */
export const AS_RAISED_AT = 2;
/** Replayed at this setting, everything that a smaller budget could show is there: the ceiling is read off it. */
export const CEILING_AT = 8;

/** A table's rows: a name, then one cell a column. */
export type Rows = readonly (readonly string[])[];

const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
const fixed = (digits: number) => (x: number) => x.toFixed(digits);
export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const at = (trials: readonly Trial[], alertsPerDay: number) =>
  trials.filter((trial) => trial.alertsPerDay === alertsPerDay);

function seedRow(
  name: string,
  trials: readonly Trial[],
  read: (judgement: Judgement) => number | null,
  write: (x: number) => string,
): readonly string[] {
  const values = trials.map(({ judgement }) => read(judgement));
  const known = values.filter((value) => value !== null);
  const shown = values.map((value) => (value === null ? '-' : write(value)));
  return [name, ...shown, known.length ? write(mean(known)) : '-'];
}

/** Recall, false alerts, precision and delay, by seed and on average. */
export function headlineRows(trials: readonly Trial[]): Rows {
  const ceiling = at(trials, CEILING_AT);
  const asRaised = at(trials, AS_RAISED_AT);
  const seeds = [...new Set(trials.map(({ seed }) => `seed ${seed}`))];
  const rows: (readonly string[])[] = [['', ...seeds, 'mean']];
  if (ceiling.length)
    rows.push(
      seedRow('found at 2 false alerts a day', ceiling, ({ atBudget }) => atBudget.recall, percent),
      seedRow('found at 0.2', ceiling, ({ atTightBudget }) => atTightBudget.recall, percent),
      seedRow('median minutes, at 2', ceiling, ({ atBudget }) => atBudget.medianMinutesWithinADay, fixed(0)),
    );
  if (asRaised.length)
    rows.push(
      seedRow('found as raised at alerts-per-day 2', asRaised, (judgement) => judgement.asRaised.recall, percent),
      seedRow('false alerts a day', asRaised, (judgement) => judgement.asRaised.falseAlertsPerDay, fixed(2)),
      seedRow('precision', asRaised, (judgement) => judgement.asRaised.precision, percent),
      seedRow('median minutes', asRaised, (judgement) => judgement.asRaised.medianMinutesWithinADay, fixed(0)),
    );
  return rows;
}

/** Found and hidden by kind, summed over seeds. */
export function kindRows(trials: readonly Trial[]): Rows {
  const columns: readonly { readonly title: string; readonly verdicts: readonly JudgedAlerts[] }[] = [
    { title: 'at 2 a day', verdicts: at(trials, CEILING_AT).map(({ judgement }) => judgement.atBudget) },
    { title: 'at 0.2', verdicts: at(trials, CEILING_AT).map(({ judgement }) => judgement.atTightBudget) },
    { title: 'as raised at 2', verdicts: at(trials, AS_RAISED_AT).map(({ judgement }) => judgement.asRaised) },
  ];
  const shown = columns.filter(({ verdicts }) => verdicts.length > 0);
  const kinds = [...new Set(shown.flatMap(({ verdicts }) => verdicts.flatMap(({ byKind }) => Object.keys(byKind))))];
  const cell = (verdicts: readonly JudgedAlerts[], kind: string) => {
    const found = verdicts.reduce((sum, { byKind }) => sum + (byKind[kind]?.found ?? 0), 0);
    const of = verdicts.reduce((sum, { byKind }) => sum + (byKind[kind]?.of ?? 0), 0);
    return `${found}/${of}`;
  };
  return [
    ['found of hidden, all seeds', ...shown.map(({ title }) => title)],
    ...kinds.sort().map((kind) => [kind, ...shown.map(({ verdicts }) => cell(verdicts, kind))]),
  ];
}

/** Does the knob mean what it says: false alerts a day that came of what was asked for. */
export function budgetRows(trials: readonly Trial[]): Rows {
  const budgets = [...new Set(trials.map(({ alertsPerDay }) => alertsPerDay))].sort((a, b) => a - b);
  return [
    ['alerts-per-day', 'false a day', 'used / asked', 'least', 'most'],
    ...budgets.map((asked) => {
      const used = at(trials, asked).map(({ judgement }) => judgement.asRaised.falseAlertsPerDay);
      const average = mean(used);
      return [
        String(asked),
        average.toFixed(2),
        (average / asked).toFixed(2),
        Math.min(...used).toFixed(2),
        Math.max(...used).toFixed(2),
      ];
    }),
  ];
}

/** No country's staff may bear more than so many times the overall rate without a stated reason. */
const MOST_TIMES_OVERALL = 3;

/**
 * Which countries' staff bear the false alerts; the worst first. Alerts on one person come in rows, since nobody judges a case in a
 * labelled run, so people are counted, too: how many times as many as overall, and how likely so many or more are by chance alone.
 */
export function countryRows({ byCountry, onNobody }: Burden, days: number): Rows {
  const countries = countriesOf({ byCountry, onNobody });
  const per100 = (rate: number) => ((100 * rate) / (days / 30)).toFixed(1);
  const { overall, staff, falseAlerts, accused } = countries;
  return [
    [
      'home country',
      'staff, all seeds',
      'false alerts',
      'per 100 staff and 30 days',
      'times overall',
      'people accused',
      'times overall',
      'chance of as many',
    ],
    ...countries.rows.map((row) => [
      row.country,
      String(row.staff),
      String(row.falseAlerts),
      per100(row.rate),
      times(row.timesByAlerts),
      String(row.accused),
      times(row.timesByPeople),
      row.chance.toPrecision(2),
    ]),
    ['overall', String(staff), String(falseAlerts), per100(overall), '', String(accused), '', ''],
    ['on services and countries', '', String(onNobody), '', '', '', '', ''],
  ];
}

/** For each country whose staff bear more than they may: what the figures say of it. */
export function unevenBurdens(burden: Burden): readonly string[] {
  return countriesOf(burden)
    .rows.filter(({ timesByAlerts }) => timesByAlerts > MOST_TIMES_OVERALL)
    .map(
      ({ country, falseAlerts, accused, staff, timesByPeople, chance }) =>
        `${country}: ${falseAlerts} false alerts are on ${accused} of ${staff} people, ${times(timesByPeople)} times as many people as overall; so many or more are seen by chance with a probability of ${chance.toPrecision(2)}.`,
    );
}

const times = (ratio: number) => (Number.isFinite(ratio) ? ratio.toFixed(2) : '-');

function countriesOf({ byCountry }: Burden) {
  const countries = [...byCountry].map(([country, burden]) => ({ country, ...burden }));
  const sum = (of: (burden: CountryBurden) => number) => countries.reduce((total, burden) => total + of(burden), 0);
  const staff = sum((burden) => burden.staff);
  const falseAlerts = sum((burden) => burden.falseAlerts);
  const accused = sum((burden) => burden.accused);
  const overall = falseAlerts / staff;
  const rows = countries
    .map((burden) => ({
      ...burden,
      rate: burden.staff > 0 ? burden.falseAlerts / burden.staff : 0,
      timesByAlerts: burden.falseAlerts / burden.staff / overall,
      timesByPeople: burden.accused / burden.staff / (accused / staff),
      chance: atLeast(burden.accused, burden.staff, accused / staff),
    }))
    .sort((a, b) => b.rate - a.rate || (a.country < b.country ? -1 : 1));
  return { rows, staff, falseAlerts, accused, overall };
}

/** Binomial: the probability that of so many people as many or more are accused, each with the same probability. */
function atLeast(count: number, people: number, probability: number): number {
  let below = 0;
  let term = (1 - probability) ** people;
  for (let i = 0; i < count; i++) {
    below += term;
    term *= ((people - i) / (i + 1)) * (probability / (1 - probability));
  }
  return Math.max(0, 1 - below);
}

/** @throws where the country table would count other alerts as false than the judge does */
export function assertSameCount({ judgement, burden, seed }: Trial): void {
  const judged = Math.round(judgement.asRaised.falseAlertsPerDay * judgement.days);
  const counted = countFalseAlerts(burden);
  if (judged !== counted)
    throw new Error(`seed ${seed}: the judge counts ${judged} false alerts, the table ${counted}`);
}

/** Aligns rows: names to the left, figures to the right, a rule under the first. */
export function table(rows: Rows): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const line = (row: readonly string[]) =>
    widths
      .map((size, column) => (column === 0 ? (row[0] ?? '').padEnd(size) : (row[column] ?? '').padStart(size)))
      .join('  ')
      .trimEnd();
  const [header = [], ...rest] = rows;
  return [line(header), widths.map((size) => '─'.repeat(size)).join('  '), ...rest.map(line)].join('\n');
}
