import type { Shock } from '../model/snapshot.ts';
import type { Contribution, FoldedBaseline } from './fold-groups.ts';

/** Only who was seen so lately is at work. */
const AT_WORK_MS = 3 * 3_600_000;
/** Active days before somebody's own mean and hours say what to expect. */
const LEAST_ACTIVE_DAYS = 5;
/** Colleagues that make a shock shared: fewer could be an attacker and a friend. */
const LEAST_COLLEAGUES = 3;
/** Somebody reads clearly more than usual from here on. */
const BUSIER = 1.5;
/** However busy a team is, nobody is expected to read more than this many times the usual. */
const MOST_BUSY = 4;
/** An hour with an access on fewer of somebody's days is unusual for them. */
const UNUSUAL_HOUR = 0.1;

/**
 * What whole teams go through today: a launch, an incident, a month's end. When three or more colleagues, in whatever country,
 * read more than usual, the team's expectation rises to its median; when more than three work at hours that are unusual for
 * them, such an hour is no oddity of one person's. The median follows half of the team and no few of it.
 *
 * @param now epoch milliseconds of the fold
 * @returns by team; teams without a shock are left out
 */
export function foldShocks(contributions: readonly Contribution[], now: number): Readonly<Record<string, Shock>> {
  const shocks: Record<string, Shock> = {};
  const teams = Map.groupBy(contributions, (contribution) => contribution.team);
  for (const [team, people] of [...teams].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const settled = people.filter(({ baseline }) => baseline.habits.activeDays >= LEAST_ACTIVE_DAYS);
    const atWork = settled.filter(({ baseline }) => isAtWork(baseline, now)).map(({ baseline }) => baseline);
    const ratios = atWork.map(ratioToUsual).sort((a, b) => a - b);
    const busier = ratios.filter((ratio) => ratio >= BUSIER).length;
    const median = ratios[Math.floor((ratios.length - 1) / 2)] ?? 1;
    const busy = busier > LEAST_COLLEAGUES ? Math.max(1, Math.min(median, MOST_BUSY)) : 1;
    const awake = atWork.filter((baseline) => isUnusualHour(baseline, latestHour(baseline))).length;
    const unusualHours = awake > LEAST_COLLEAGUES ? awake / settled.length : 0;
    if (busy > 1 || unusualHours > 0) shocks[team] = { busy: rounded(busy), unusualHours: rounded(unusualHours) };
  }
  return shocks;
}

/** Whether somebody was seen so lately that the team's day shows in what they do. @param now epoch milliseconds */
export const isAtWork = ({ updatedAt }: Pick<FoldedBaseline, 'updatedAt'>, now: number): boolean =>
  now - updatedAt < AT_WORK_MS;

const rounded = (x: number) => Math.round(x * 1000) / 1000;

/** Local hour of the day's latest access. */
const latestHour = ({ day }: FoldedBaseline) => 31 - Math.clz32(day.hours);

/** Protected reads so far today against the usual up to this hour, both plus one so that nothing against little is not much. */
function ratioToUsual(baseline: FoldedBaseline): number {
  const { day, habits } = baseline;
  const latest = latestHour(baseline);
  let usual = 0;
  let elapsed = 0;
  for (let hour = 0; hour < habits.hours.length; hour++) {
    const days = habits.hours[hour] ?? 0;
    usual += days;
    if (hour <= latest) elapsed += days;
  }
  const expected = habits.dayReads.mean * (usual > 0 ? elapsed / usual : 1);
  return (day.protectedReads + 1) / (expected + 1);
}

const isUnusualHour = ({ habits }: FoldedBaseline, hour: number) =>
  hour >= 0 && (habits.hours[hour] ?? 0) < UNUSUAL_HOUR * habits.activeDays;
