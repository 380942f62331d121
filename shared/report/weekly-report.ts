import type { Alert } from '../model/alert.ts';
import { CASE_OUTCOMES, CASE_STATES, type CaseChange, type CaseOutcome } from '../model/case.ts';
import { SEVERITIES, type Severity } from '../model/settings.ts';
import type { SignalName } from '../model/signal-names.ts';
import type { QualityField } from '../model/source-fields.ts';
import { type Promptness, promptnessOf } from './promptness.ts';

/** What can have become of a case: its state, or that nobody was told of it, so that nobody can be expected to judge it. */
export const CASE_FATES = ['suppressed', ...CASE_STATES] as const;
export type CaseFate = (typeof CASE_FATES)[number];

/** A case as the report knows it: its newest alert, and what became of it. */
export interface ReportedCase {
  readonly alert: Alert;
  /** Event time of the access that opened it, epoch milliseconds. */
  readonly openedAt: number;
  readonly fate: CaseFate;
  /** How its state changed, oldest first. */
  readonly history: readonly CaseChange[];
  /** When people were first told of it, epoch milliseconds; undefined where they were not, or where no time was kept. */
  readonly toldAt: number | undefined;
}

/** A verdict of the week, or that nobody gave one in time. */
export interface Ending {
  readonly alert: Alert;
  readonly openedAt: number;
  readonly outcome: CaseOutcome;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Protected reads of one person on one day. */
export interface PersonDay {
  readonly person: string;
  readonly country: string;
  readonly team: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly reads: number;
}

/** How complete what a source sends is. Fields are those that a verdict leans on. */
export interface SourceQuality {
  readonly source: string;
  readonly events: number;
  /** Events without it, by field. */
  readonly missing: Readonly<Record<QualityField, number>>;
  /** Lines that are no events at all. */
  readonly invalid: number;
  /** Hours from an access to its arrival: the longest, as far as arrivals were kept. */
  readonly longestLagHours: number | undefined;
}

/** What a week is summed up from. What is undefined is not known, which the report says. */
export interface WeeklyInput {
  /** Days since 1970-01-01 of the first day after the week. */
  readonly endDay: number;
  readonly personDays: readonly PersonDay[];
  readonly cases: readonly ReportedCase[];
  readonly alertsPerDay: number;
  /** Those that held within the week, a line each. */
  readonly suppressions: readonly string[] | undefined;
  readonly quality: readonly SourceQuality[] | undefined;
  /** What the reader must know about where the numbers come from. */
  readonly notes: readonly string[];
}

export const WEEKS_SHOWN = 5;
const WEEK = 7;
const DAY_MS = 86_400_000;

/** Protected reads of a country or a team by week, the oldest first. */
export interface GroupVolume {
  readonly name: string;
  /** Who read at all in the last week. */
  readonly people: number;
  readonly weeks: readonly number[];
}

export interface SignalPrecision {
  readonly signal: SignalName;
  readonly confirmed: number;
  readonly dismissed: number;
}

export interface WeeklyReport {
  readonly startDay: number;
  readonly endDay: number;
  readonly total: readonly number[];
  readonly countries: readonly GroupVolume[];
  readonly teams: readonly GroupVolume[];
  /** Opened within the week, the worst first. */
  readonly opened: readonly ReportedCase[];
  readonly fates: { readonly [severity in Severity]: { readonly [fate in CaseFate]: number } };
  /** Judged or expired within the week, whenever opened, the worst first: a case expires a fortnight after it was opened. */
  readonly ended: readonly Ending[];
  readonly endings: { readonly [severity in Severity]: { readonly [outcome in CaseOutcome]: number } };
  readonly promptness: Promptness;
  /** Over every case that somebody judged, whenever it was opened: a week alone has too few. */
  readonly precision: readonly SignalPrecision[];
  /** Cases that the statistics opened on each day of the week. */
  readonly statisticalByDay: readonly number[];
  readonly policyFacts: number;
  readonly alertsPerDay: number;
  readonly suppressions: readonly string[] | undefined;
  readonly quality: readonly SourceQuality[] | undefined;
  readonly notes: readonly string[];
}

/** Sums up a week. */
export function weeklyReport(input: WeeklyInput): WeeklyReport {
  const { endDay, personDays, cases, alertsPerDay, suppressions, quality, notes } = input;
  const startDay = endDay - WEEK;
  const inWeek = (time: number) => dayOf(time) >= startDay && dayOf(time) < endDay;
  const opened = cases
    .filter(({ openedAt }) => inWeek(openedAt))
    .sort((a, b) => rank(b) - rank(a) || b.alert.score - a.alert.score || a.openedAt - b.openedAt);
  const ended = cases
    .flatMap(({ alert, openedAt, history }) =>
      history.map(({ state, at }): Ending => ({ alert, openedAt, outcome: state, at: Date.parse(at) })),
    )
    .filter(({ at }) => inWeek(at))
    .sort((a, b) => rank(b) - rank(a) || b.alert.score - a.alert.score || a.at - b.at);
  const statistical = opened.filter((each) => !isPolicyFact(each));
  return {
    startDay,
    endDay,
    total: byWeek(personDays, endDay),
    countries: volumes(personDays, endDay, ({ country }) => country),
    teams: volumes(personDays, endDay, ({ team }) => team),
    opened,
    fates: bySeverity(CASE_FATES, opened, ({ fate }) => fate),
    ended,
    endings: bySeverity(CASE_OUTCOMES, ended, ({ outcome }) => outcome),
    promptness: promptnessOf(cases, inWeek),
    precision: precisionOf(cases),
    statisticalByDay: Array.from(
      { length: WEEK },
      (_, i) => statistical.filter(({ openedAt }) => dayOf(openedAt) === startDay + i).length,
    ),
    policyFacts: opened.length - statistical.length,
    alertsPerDay,
    suppressions,
    quality,
    notes,
  };
}

const dayOf = (time: number) => Math.floor(time / DAY_MS);
const rank = ({ alert }: Pick<ReportedCase, 'alert'>) => SEVERITIES.indexOf(alert.severity);
const isPolicyFact = ({ alert }: ReportedCase) => alert.signals[0]?.signal === 'unapproved-access';

/** @returns weeks, the oldest first; days before the first of them are left out */
function byWeek(personDays: readonly PersonDay[], endDay: number): readonly number[] {
  const weeks = new Array<number>(WEEKS_SHOWN).fill(0);
  for (const { day, reads } of personDays) {
    const week = WEEKS_SHOWN - 1 - Math.floor((endDay - 1 - day) / WEEK);
    if (week >= 0 && week < WEEKS_SHOWN) weeks[week] = (weeks[week] ?? 0) + reads;
  }
  return weeks;
}

function volumes(
  personDays: readonly PersonDay[],
  endDay: number,
  nameOf: (day: PersonDay) => string,
): readonly GroupVolume[] {
  const lastWeek = (day: number) => day >= endDay - WEEK && day < endDay;
  return [...Map.groupBy(personDays, nameOf)]
    .map(([name, days]) => ({
      name,
      people: new Set(days.filter(({ day, reads }) => lastWeek(day) && reads > 0).map(({ person }) => person)).size,
      weeks: byWeek(days, endDay),
    }))
    .filter(({ weeks }) => weeks.some((reads) => reads > 0))
    .sort((a, b) => (b.weeks.at(-1) ?? 0) - (a.weeks.at(-1) ?? 0) || (a.name < b.name ? -1 : 1));
}

/** How many of each kind there are, by severity. */
function bySeverity<Kind extends string, Item extends { readonly alert: Alert }>(
  kinds: readonly Kind[],
  items: readonly Item[],
  kindOf: (item: Item) => Kind,
): { readonly [severity in Severity]: { readonly [kind in Kind]: number } } {
  const countsOf = (severity: Severity) => {
    const found = items.filter(({ alert }) => alert.severity === severity).map(kindOf);
    const counts = kinds.map((kind) => [kind, found.filter((each) => each === kind).length]);
    return Object.fromEntries(counts) as { readonly [kind in Kind]: number };
  };
  return { low: countsOf('low'), medium: countsOf('medium'), high: countsOf('high'), critical: countsOf('critical') };
}

/** A case counts for the signal that weighed most in it. */
function precisionOf(cases: readonly ReportedCase[]): readonly SignalPrecision[] {
  const judged = cases.filter(({ fate }) => fate === 'confirmed' || fate === 'dismissed');
  const bySignal = Map.groupBy(judged, ({ alert }) => alert.signals[0]?.signal);
  return [...bySignal]
    .flatMap(([signal, members]) => {
      const confirmed = members.filter(({ fate }) => fate === 'confirmed').length;
      return signal ? [{ signal, confirmed, dismissed: members.length - confirmed }] : [];
    })
    .sort((a, b) => b.confirmed + b.dismissed - a.confirmed - a.dismissed || (a.signal < b.signal ? -1 : 1));
}
