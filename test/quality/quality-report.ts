import { type Burden, countFalseAlerts } from './false-alerts.ts';
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

/** Which countries' staff bear the false alerts; the worst first. */
export function countryRows({ byCountry, onNobody }: Burden, days: number): Rows {
  const countries = [...byCountry].map(([country, burden]) => ({ country, ...burden }));
  const staff = countries.reduce((sum, country) => sum + country.staff, 0);
  const falseAlerts = countries.reduce((sum, country) => sum + country.falseAlerts, 0);
  const rate = (alerts: number, people: number) => (people > 0 ? (100 * alerts) / people / (days / 30) : 0);
  const overall = rate(falseAlerts, staff);
  const times = (own: number) => (overall > 0 ? (own / overall).toFixed(2) : '-');
  const ordered = countries
    .map((country) => ({ ...country, rate: rate(country.falseAlerts, country.staff) }))
    .sort((a, b) => b.rate - a.rate || (a.country < b.country ? -1 : 1));
  return [
    [
      'home country',
      'staff, all seeds',
      'false alerts',
      'people accused',
      'per 100 staff and 30 days',
      'times overall',
    ],
    ...ordered.map((country) => [
      country.country,
      String(country.staff),
      String(country.falseAlerts),
      String(country.accused),
      country.rate.toFixed(1),
      times(country.rate),
    ]),
    ['overall', String(staff), String(falseAlerts), '', overall.toFixed(1), ''],
    ['on services and countries', '', String(onNobody), '', '', ''],
  ];
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
