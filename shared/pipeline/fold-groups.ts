import { ATTRIBUTES } from '../model/access.ts';
import { type Baseline, type Day, emptyMaxima, type Habits } from '../model/baseline.ts';
import { type Directory, lookUpEmployee } from '../model/directory.ts';
import type { GroupHabits, Snapshot } from '../model/snapshot.ts';
import { addMember, NO_GROUP_MOMENTS } from '../stats/group-moments.ts';
import { UNKNOWN_TEAM } from './enrich.ts';
import { lastDayOver } from './fold-calibration.ts';
import { isAtWork } from './fold-shocks.ts';
import { NO_HABITS, sumHabits, sumMoments } from './sum-habits.ts';

/** Most values that a group's habits hold, over all attributes. */
const CATEGORIES_KEPT = 200;
/** Sittings before a person's own share says something about the group. */
const FULL_SHARE = 20;

/** What a fold looks at of a baseline. */
export interface FoldedBaseline extends Pick<Baseline, 'closedDays' | 'episode' | 'firstDay' | 'updatedAt'> {
  readonly dailyReads: ArrayLike<number>;
  readonly day: Pick<Day, 'day' | 'hours' | 'maxima' | 'protectedReads'>;
  readonly habits: Pick<Habits, 'activeDays' | 'dayReads'> & { readonly hours: ArrayLike<number> };
}

/** What one actor adds to the folds besides the peer group's habits. */
export interface Contribution {
  readonly actorId: string;
  /** `team/country`, and its parts; the team of services is `services`. */
  readonly peerGroup: string;
  readonly team: string;
  readonly country: string;
  readonly baseline: FoldedBaseline;
}

/** One of a peer group, with all that is folded of them; made anew when the baseline changed. */
export interface Member extends Contribution {
  readonly habits: GroupHabits;
  readonly baseline: Baseline;
}

/**
 * @param time epoch milliseconds of the fold: the directory row in force then names the group
 * @param before the actor's contribution to the fold before, to take over what did not change
 */
export function contributionOf(
  actorId: string,
  baseline: Baseline,
  directory: Directory,
  time: number,
  before?: Member,
): Member {
  const employee = lookUpEmployee(directory, actorId, time);
  const country = employee?.homeCountry ?? (baseline.place.country || UNKNOWN_TEAM);
  const team = employee?.type === 'service' ? 'services' : (employee?.team ?? UNKNOWN_TEAM);
  const habits = before && before.baseline.habits === baseline.habits ? before.habits : memberHabits(baseline, before);
  return { actorId, peerGroup: `${team}/${country}`, team, country, habits, baseline };
}

function memberHabits({ habits }: Baseline, before: Member | undefined): GroupHabits {
  // A sitting that ends changes no values: these change once a day.
  const sameCategories = before && before.baseline.habits.categories === habits.categories;
  const { sittings, protectedSittings } = habits;
  const share = sittings > 0 ? protectedSittings / sittings : 0;
  return {
    members: habits.activeDays > 0 ? 1 : 0,
    sittingReads: addMember(NO_GROUP_MOMENTS, habits.sittingReads),
    sittingSubjects: addMember(NO_GROUP_MOMENTS, habits.sittingSubjects),
    dayReads: addMember(NO_GROUP_MOMENTS, habits.dayReads),
    daySubjects: addMember(NO_GROUP_MOMENTS, habits.daySubjects),
    protectedShare: addMember(NO_GROUP_MOMENTS, { n: Math.min(sittings, FULL_SHARE), mean: share, variance: 0 }),
    activeDays: habits.activeDays,
    hours: habits.hours,
    weekdays: habits.weekdays,
    categories: sameCategories
      ? before.habits.categories
      : habits.categories.map(({ attribute, hash, days }) => [attribute, hash, days, 1] as const),
    usual: habits.activeDays > 0 ? habits.usual : [],
  };
}

/** A fold that is still to be made. */
export interface FoldAhead {
  /** Of the snapshot before: days up to it are counted already. */
  readonly calibratedThroughDay: number;
  /** Between which times it will be made, epoch milliseconds. */
  readonly earliest: number;
  readonly latest: number;
}

/**
 * A contribution without what no fold looks at, for whoever holds those of a whole company at once: a baseline in memory takes some ten
 * times the room of a stored one. Folds make the same of it.
 */
export function foldedPartOf(
  { actorId, peerGroup, team, country, baseline }: Contribution,
  { calibratedThroughDay, earliest, latest }: FoldAhead,
): Contribution {
  const { closedDays, dailyReads, episode, firstDay, updatedAt, day, habits } = baseline;
  const uncounted = closedDays.filter((closed) => closed.day > calibratedThroughDay);
  return {
    actorId,
    peerGroup,
    team,
    country,
    baseline: {
      closedDays: uncounted.length > 0 ? uncounted : NONE_CLOSED,
      dailyReads: new Uint8Array(dailyReads),
      episode,
      firstDay,
      updatedAt,
      day: {
        day: day.day,
        hours: day.hours,
        maxima: day.day > lastDayOver(latest) ? NO_MAXIMA : day.maxima,
        protectedReads: day.protectedReads,
      },
      habits: {
        activeDays: habits.activeDays,
        dayReads: habits.dayReads,
        hours: isAtWork(baseline, earliest) ? new Uint8Array(habits.hours) : NO_HOURS,
      },
    },
  };
}

const NO_MAXIMA = emptyMaxima(-1);
const NONE_CLOSED: Baseline['closedDays'] = [];
const NO_HOURS: ArrayLike<number> = [];

/** Peer groups, and the members that each was summed from, so that the next fold sums only what changed. */
export interface FoldedGroups {
  readonly groups: Snapshot['groups'];
  readonly members: ReadonlyMap<string, readonly GroupHabits[]>;
}

export const NO_FOLDED_GROUPS: FoldedGroups = { groups: {}, members: new Map() };

/**
 * Sums members into peer groups. A group whose members are the same objects as before is taken over, and so is all that closed days
 * make of it where none of theirs changed: that changes no result.
 *
 * @param everybody in a fixed order, so that rounding is the same every time
 */
export function foldGroups(everybody: readonly Member[], before: FoldedGroups = NO_FOLDED_GROUPS): FoldedGroups {
  const members = new Map<string, GroupHabits[]>();
  for (const { peerGroup, habits } of everybody) {
    if (habits.members === 0) continue;
    const group = members.get(peerGroup);
    if (group) group.push(habits);
    else members.set(peerGroup, [habits]);
  }
  const groups: Record<string, GroupHabits> = {};
  for (const [name, habits] of [...members].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = before.groups[name];
    const knownMembers = before.members.get(name) ?? [];
    if (known && isEach(knownMembers, habits, isSame)) groups[name] = known;
    else if (known && isEach(knownMembers, habits, hasSameDays)) groups[name] = { ...known, ...sumMoments(habits) };
    else groups[name] = mostUsed(sumHabits([NO_HABITS, ...habits]));
  }
  return { groups, members };
}

type Comparison = (a: GroupHabits, b: GroupHabits) => boolean;

const isEach = (a: readonly GroupHabits[], b: readonly GroupHabits[], compare: Comparison): boolean =>
  a.length === b.length && a.every((habits, i) => compare(habits, b[i] ?? NO_HABITS));

const isSame: Comparison = (a, b) => a === b;

/** Whether what a closed day changes is the same object still: a sitting that ends changes moments alone. */
const hasSameDays: Comparison = (a, b) =>
  a.categories === b.categories &&
  a.hours === b.hours &&
  a.weekdays === b.weekdays &&
  a.usual === b.usual &&
  a.activeDays === b.activeDays &&
  a.members === b.members;

const DEVICE = ATTRIBUTES.indexOf('device');

/** Everybody has a device of their own: only shared ones are the group's. The most used values of the rest are kept. */
export function mostUsed(habits: GroupHabits): GroupHabits {
  const shared = habits.categories.filter(([attribute, , , members]) => attribute !== DEVICE || members > 1);
  const ranked = shared.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
  return { ...habits, categories: ranked.slice(0, CATEGORIES_KEPT) };
}
