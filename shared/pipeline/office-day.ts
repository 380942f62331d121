import { decodeDailyReads } from '../stats/daily-series.ts';
import { betaBinomialTail } from '../stats/tails.ts';
import type { Contribution, FoldedBaseline } from './fold-groups.ts';

/** Past days that a country's day is compared with. */
const HISTORY_DAYS = 28;
const LEAST_HISTORY_DAYS = 10;
/** Weekends and the first hours of a day are left alone: who is there then is not the office. */
const LEAST_SHARE_AT_WORK = 0.5;
/** Colleagues elsewhere that are needed to say how busy a team is today. */
const LEAST_COLLEAGUES = 3;
/** Own standard deviations, and one read, above the own usual: clearly more, and nothing to tell of one person. */
const BUSIER = 0.5;
/** One or two busy people are persons, however large the office. */
const LEAST_BUSIER = 3;
/** Active days before a person's own mean is worth comparing with. */
const LEAST_ACTIVE_DAYS = 5;

/** The people of one country or team who are at work on one local day. */
interface Office {
  readonly people: number;
  /** Protected reads. */
  readonly reads: number;
  /** The same, each person's part capped. */
  readonly cappedReads: number;
  readonly expected: number;
  /** Standard deviations above what these people usually read on a day at work. */
  readonly deviation: number;
  /** Who reads clearly more than is usual for them, most above it first. */
  readonly busier: readonly string[];
}

/** An office's day so far, against its last four weeks. */
export interface Surge extends Office {
  readonly day: number;
  /** Event time of the office's latest access. */
  readonly time: number;
  /** Standard deviations of today's deviation above the office's usual one. */
  readonly excess: number;
  readonly historyDays: number;
  /** −log10 of how often so many of those at work are busier than usual at once, by the history's person-days. */
  readonly breadth: number;
  /** How many of those at work today have a case of their own. */
  readonly cases: number;
}

/** How much busier than usual a team is today elsewhere; 1 where it is not, or too few are at work to say. */
export type TeamFactors = (team: string) => number;
const NOT_BUSY: TeamFactors = () => 1;

/**
 * @param people of one country or team
 * @param factorOf asked for once it may decide something
 * @param leastPeople at work on a day that counts
 * @returns undefined where too few are at work, or too few days are known
 */
export function surgeOf(
  people: readonly Contribution[],
  factorOf: () => TeamFactors,
  leastPeople: number,
): Surge | undefined {
  const settled = people.filter(isSettled);
  const day = latestDay(settled);
  const members = settled.map(memberOf);
  // Hardly any day passes this, and the rest costs four weeks of everybody. A team that is busy elsewhere makes fewer stand out.
  const alone = officeOn(members, day, NOT_BUSY, leastPeople);
  if (!alone || alone.busier.length < LEAST_BUSIER) return undefined;
  const today = officeOn(members, day, factorOf(), leastPeople);
  if (!today || today.busier.length < LEAST_BUSIER) return undefined;
  const past = Array.from({ length: HISTORY_DAYS }, (_, i) => officeOn(members, day - 1 - i, NOT_BUSY, leastPeople));
  const worked = past.filter((office) => office !== undefined);
  const atWork = LEAST_SHARE_AT_WORK * Math.max(0, ...worked.map(({ people: present }) => present));
  const offices = worked.filter(({ people: present }) => present >= atWork);
  const history = offices.map(({ deviation }) => deviation);
  if (history.length < LEAST_HISTORY_DAYS || today.people < atWork) return undefined;
  const mean = history.reduce((sum, x) => sum + x, 0) / history.length;
  const variance = history.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (history.length - 1);
  // Deviations are standardised already: a history that happens to be calm must not make every day a surge.
  const spread = Math.sqrt(Math.max(variance, 1));
  const time = settled.reduce((latest, { baseline }) => Math.max(latest, baseline.updatedAt), 0);
  const busier = offices.reduce((sum, office) => sum + office.busier.length, 0);
  const present = offices.reduce((sum, office) => sum + office.people, 0);
  const breadth = betaBinomialTail(today.busier.length, today.people, busier + 1, present - busier + 1);
  const cases = settled.filter(({ baseline }) => baseline.day.day === day && baseline.episode !== undefined).length;
  const excess = (today.deviation - mean) / spread;
  return { ...today, day, time, excess, historyDays: history.length, breadth, cases };
}

/**
 * How busy each team is today in all countries but one, home countries included.
 *
 * @param countries everybody by home country
 */
export function teamFactorsOutside(
  country: string,
  countries: ReadonlyMap<string, readonly Contribution[]>,
): TeamFactors {
  const teams = new Map<string, { people: number; reads: number; expected: number }>();
  for (const [other, people] of countries) {
    if (other === country) continue;
    const day = latestDay(people);
    for (const { team: name, baseline } of people) {
      if (baseline.habits.activeDays < LEAST_ACTIVE_DAYS || baseline.day.day !== day) continue;
      const team = teams.get(name) ?? { people: 0, reads: 0, expected: 0 };
      team.people++;
      team.reads += Math.min(baseline.day.protectedReads, mostReads(baseline.habits.dayReads));
      team.expected += baseline.habits.dayReads.mean;
      teams.set(name, team);
    }
  }
  return (name) => {
    const team = teams.get(name);
    return team && team.people >= LEAST_COLLEAGUES ? Math.max(1, (team.reads + 1) / (team.expected + 1)) : 1;
  };
}

/** One of an office's people, with what every day of theirs is compared with. */
interface Member {
  readonly actorId: string;
  readonly team: string;
  readonly baseline: FoldedBaseline;
  readonly usual: number;
  readonly spread: number;
  /** Nobody's part counts for more. */
  readonly most: number;
}

const isSettled = ({ baseline }: Contribution): boolean => baseline.habits.activeDays >= LEAST_ACTIVE_DAYS;

function memberOf({ actorId, team, baseline }: Contribution): Member {
  const { dayReads } = baseline.habits;
  const spread = Math.sqrt(dayReads.variance);
  return { actorId, team, baseline, usual: dayReads.mean, spread, most: mostReads(dayReads) };
}

function officeOn(
  members: readonly Member[],
  day: number,
  factorOf: TeamFactors,
  leastPeople: number,
): Office | undefined {
  let people = 0;
  let reads = 0;
  let cappedReads = 0;
  let expected = 0;
  let variance = 1;
  const busier: { readonly actorId: string; readonly above: number }[] = [];
  for (const member of members) {
    const own = readsOn(member.baseline, day);
    if (own === undefined) continue;
    people++;
    reads += own;
    cappedReads += Math.min(own, member.most);
    const usual = member.usual * factorOf(member.team);
    expected += usual;
    variance += member.spread ** 2;
    const above = (own - usual) / (member.spread + 1);
    if (above > BUSIER) busier.push({ actorId: member.actorId, above });
  }
  if (people < leastPeople) return undefined;
  busier.sort((a, b) => b.above - a.above || (a.actorId < b.actorId ? -1 : 1));
  return {
    people,
    reads,
    cappedReads,
    expected,
    deviation: (cappedReads - expected) / Math.sqrt(variance),
    busier: busier.map(({ actorId }) => actorId),
  };
}

function readsOn({ day, dailyReads }: FoldedBaseline, wanted: number): number | undefined {
  if (wanted === day.day) return day.protectedReads;
  return decodeDailyReads(dailyReads[day.day - 1 - wanted] ?? 0);
}

/** Nobody's part counts for more than a busy day of theirs: who does more than that stands out alone. */
const mostReads = ({ mean, variance }: FoldedBaseline['habits']['dayReads']): number =>
  mean + 2 * Math.sqrt(variance) + 3;

const latestDay = (people: readonly Contribution[]) =>
  people.reduce((latest, { baseline }) => Math.max(latest, baseline.day.day), -1);
