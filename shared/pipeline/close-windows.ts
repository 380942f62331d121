import type { Access } from '../model/access.ts';
import {
  type Baseline,
  type Category,
  type Day,
  type DayMaxima,
  emptyDay,
  type Habits,
  NO_SITTING,
  type Sitting,
} from '../model/baseline.ts';
import {
  type HeldWindow,
  type HeldWindows,
  heldDay,
  heldSitting,
  type LearnedDay,
  type LearnedSitting,
} from '../model/held-window.ts';
import { appendDay, DAY_OFF, encodeDailyReads } from '../stats/daily-series.ts';
import { discountMoments, learnMoments, type Moments } from '../stats/moments.ts';

/** Accesses with a smaller gap belong to one sitting. */
export const SITTING_GAP_MS = 30 * 60_000;
/** Nobody sits longer. A job that never pauses would have one sitting without end, which grows for months and is never learned. */
export const LONGEST_SITTING_MS = 12 * 3_600_000;

/** Observations that habits reach back: about a month of sittings, six weeks of days. */
const SITTING_MEMORY = 100;
const DAY_MEMORY = 30;
/** Counts of active days are halved here, so that the profile follows a change within two months. */
const PROFILE_DAYS = 64;
/** Most values of one attribute that a baseline remembers; the data sets are the ones worth room. */
const CATEGORIES_KEPT = [14, 5, 6, 4, 5] as const;
/** One-day values are forgotten after this many days, so that a curious click does not become a habit. */
const FORGET_AFTER_DAYS = 60;
/** A window enters the habits at no more than this many standard deviations above what was usual. */
const WINSORISE_AT = 3;
/** How much of an earlier role's habits counts after a change of peer group. */
const ROLE_CHANGE_TRUST = 0.2;
const CLOSED_DAYS_KEPT = 2;

/** How many values of an attribute the habits hold, where they can hold no more: others may have been used and lost their place. */
export function fullListOf({ categories }: Habits, attribute: number): number | undefined {
  const held = categories.filter((category) => category.attribute === attribute).length;
  return held >= (CATEGORIES_KEPT[attribute] ?? 0) ? held : undefined;
}

/** A baseline whose ended windows are closed, and those of them that wait for a verdict. */
export interface Closed {
  readonly baseline: Baseline;
  readonly held: HeldWindows | undefined;
}

/**
 * Learning. Closes the sitting and the day that end before this access and takes them into the habits, unless people were
 * alerted about them: what is alerted on is not learned as normal, but held back until somebody judges it.
 */
export function closeWindows(before: Baseline, access: Access): Closed {
  const { day, sitting, episode } = before;
  const started = day.day >= 0;
  const held: HeldWindow[] = [];
  let next = started ? before : { ...before, firstDay: access.local.day };
  if (started && isAnotherSitting(sitting, access.time)) {
    const fate = fateOf(next, sitting.start);
    if (fate === 'held' && sitting.reads > 0) held.push(heldSitting(sitting));
    next = closeSitting(next, fate);
  }
  if (access.local.day > day.day) {
    const fate = fateOf(next, beginOf(day, access));
    if (fate === 'held' && day.reads > 0) held.push(heldDay(day));
    next = closeDay(next, access, fate);
  }
  return { baseline: next, held: episode && held.length > 0 ? { alertId: episode.alertId, windows: held } : undefined };
}

/**
 * Whether an access belongs to another sitting than the one that runs: a later one, or an earlier one that a source reports late. What
 * a source makes up for comes in order, so its sittings are what they were.
 */
export const isAnotherSitting = ({ start, last }: Pick<Sitting, 'start' | 'last'>, time: number): boolean =>
  time - last >= SITTING_GAP_MS || start - time >= SITTING_GAP_MS || time - start >= LONGEST_SITTING_MS;

/** Accesses of one actor by the sittings that they would make, oldest first. */
export function inSittings<Made extends { readonly time: number }>(
  accesses: readonly Made[],
): readonly (readonly Made[])[] {
  const sittings: Made[][] = [];
  for (const access of accesses.toSorted((a, b) => a.time - b.time)) {
    const sitting = sittings.at(-1);
    const [start, last] = [sitting?.[0]?.time ?? 0, sitting?.at(-1)?.time ?? 0];
    if (!sitting || isAnotherSitting({ start, last }, access.time)) sittings.push([access]);
    else sitting.push(access);
  }
  return sittings;
}

/**
 * When a local day began, epoch milliseconds. Up to two hours early, for the minutes of the access's hour and for a clock change;
 * never a day, or the day after an alerted one would be held back as well.
 */
const beginOf = (day: Day, { time, local }: Access) => time - ((local.day - day.day) * 24 + local.hour + 2) * 3_600_000;

/** What happens to a window that is over. */
type Fate = 'learned' | 'held' | 'dropped';

/** The fate of a window that began at `since`: whether people were alerted about it, and what they said. */
function fateOf({ episode, verdicts }: Baseline, since: number): Fate {
  if (verdicts.confirmedUntil >= since) return 'dropped';
  const isUnderSuspicion = episode !== undefined && episode.outcome === undefined && episode.lastEvidenceAt >= since;
  return isUnderSuspicion ? 'held' : 'learned';
}

/** Takes a window that was held back into the habits after all. */
export const learnHeldWindow = (habits: Habits, window: HeldWindow): Habits =>
  window.kind === 'sitting' ? learnSitting(habits, window.sitting) : learnDay(habits, window.day);

function winsorised(moments: Moments, x: number, floor: number): number {
  if (moments.n < 5) return x;
  return Math.min(x, moments.mean + WINSORISE_AT * Math.sqrt(moments.variance) + floor);
}

function closeSitting(baseline: Baseline, fate: Fate): Baseline {
  const { sitting, habits } = baseline;
  const closed: Baseline = { ...baseline, sitting: NO_SITTING, evidence: [] };
  if (sitting.reads === 0 || fate !== 'learned') return closed;
  return { ...closed, habits: learnSitting(habits, sitting) };
}

function learnSitting(habits: Habits, sitting: LearnedSitting): Habits {
  const reads = winsorised(habits.sittingReads, sitting.reads, 3);
  const subjects = winsorised(habits.sittingSubjects, Math.log1p(sitting.subjects), 0.7);
  const forget = habits.sittings >= SITTING_MEMORY ? 1 - 1 / SITTING_MEMORY : 1;
  return {
    ...habits,
    sittingReads: learnMoments(habits.sittingReads, reads, SITTING_MEMORY),
    sittingSubjects:
      sitting.subjects > 0 ? learnMoments(habits.sittingSubjects, subjects, SITTING_MEMORY) : habits.sittingSubjects,
    sittings: Math.fround(habits.sittings * forget + 1),
    protectedSittings: Math.fround(habits.protectedSittings * forget + (sitting.protectedReads > 0 ? 1 : 0)),
  };
}

function closeDay(baseline: Baseline, access: Access, fate: Fate): Baseline {
  const { day } = baseline;
  const opened: Baseline = { ...baseline, day: emptyDay(access.local.day, access.local.weekday) };
  if (day.day < 0) return opened;
  const daysOff = access.local.day - day.day - 1;
  const closedDays: readonly DayMaxima[] =
    day.maxima.population === 0 ? baseline.closedDays : [day.maxima, ...baseline.closedDays].slice(0, CLOSED_DAYS_KEPT);
  // An alerted day counts as a day off: it is no evidence of what is normal, in either direction.
  const worked = day.reads > 0 && fate === 'learned';
  const codeOf = (reads: number) => (worked ? encodeDailyReads(reads) : DAY_OFF);
  return {
    ...opened,
    closedDays,
    dailyReads: appendDay(baseline.dailyReads, codeOf(day.protectedReads), daysOff),
    dailyOthers: appendDay(baseline.dailyOthers, codeOf(day.reads - day.protectedReads), daysOff),
    habits: worked ? learnDay(baseline.habits, day) : baseline.habits,
  };
}

function learnDay(habits: Habits, day: LearnedDay): Habits {
  const learned: Habits = {
    ...habits,
    dayReads: learnMoments(habits.dayReads, winsorised(habits.dayReads, day.protectedReads, 3), DAY_MEMORY),
    daySubjects: learnMoments(
      habits.daySubjects,
      winsorised(habits.daySubjects, Math.log1p(day.protectedSubjects), 0.7),
      DAY_MEMORY,
    ),
    activeDays: habits.activeDays + 1,
    hours: habits.hours.map((days, hour) => days + ((day.hours >>> hour) & 1)),
    weekdays: habits.weekdays.map((days, weekday) => days + (weekday === day.weekday ? 1 : 0)),
    categories: learnCategories(habits.categories, day),
    usual: learnUsual(habits.usual, day.maxima),
  };
  return learned.activeDays >= PROFILE_DAYS ? halved(learned) : learned;
}

function learnCategories(known: readonly Category[], day: LearnedDay): Category[] {
  const today = new Set(day.used.map((use) => use.attribute * 0x1_0000_0000 + use.hash));
  const kept: Category[] = [];
  for (const category of known) {
    if (today.delete(category.attribute * 0x1_0000_0000 + category.hash)) {
      kept.push({ ...category, days: Math.min(category.days + 1, 255), lastDay: Math.max(category.lastDay, day.day) });
    } else if (category.days > 1 || day.day - category.lastDay < FORGET_AFTER_DAYS) kept.push(category);
  }
  for (const use of day.used) {
    if (today.has(use.attribute * 0x1_0000_0000 + use.hash))
      kept.push({ attribute: use.attribute, hash: use.hash, days: 1, lastDay: day.day });
  }
  return keepMostUsed(kept);
}

/** Bounds each attribute's list: the values used on the fewest days go first, the longest unused among them before others. */
function keepMostUsed(categories: readonly Category[]): Category[] {
  const counts = CATEGORIES_KEPT.map(() => 0);
  for (const { attribute } of categories) counts[attribute] = (counts[attribute] ?? 0) + 1;
  if (counts.every((count, attribute) => count <= (CATEGORIES_KEPT[attribute] ?? 0))) return [...categories];
  const ranked = [...categories].sort((a, b) => b.days - a.days || b.lastDay - a.lastDay || a.hash - b.hash);
  const room: number[] = [...CATEGORIES_KEPT];
  const keep = new Set(
    ranked.filter(({ attribute }) => {
      room[attribute] = (room[attribute] ?? 0) - 1;
      return (room[attribute] ?? -1) >= 0;
    }),
  );
  return categories.filter((category) => keep.has(category));
}

/** Moves a slow tracker towards the day's maximum by at most three tenths: one wild day is not a habit. */
function learnUsual(usual: readonly number[], maxima: LearnedDay['maxima']): readonly number[] {
  if (maxima.population === 0) return usual;
  const learned: number[] = [];
  for (let measure = 0; measure < Math.max(usual.length, maxima.strengths.length); measure++) {
    const before = usual[measure] ?? 0;
    const distance = (maxima.strengths[measure] ?? 0) - before;
    learned.push(before + Math.sign(distance) * Math.min(3, Math.ceil(Math.abs(distance) / 8)));
  }
  // What is absent is 0.
  while (learned.at(-1) === 0) learned.pop();
  return learned;
}

function halved(habits: Habits): Habits {
  const half = (count: number) => count >> 1;
  return {
    ...habits,
    activeDays: half(habits.activeDays),
    hours: habits.hours.map(half),
    weekdays: habits.weekdays.map(half),
    categories: habits.categories.map((category) => ({ ...category, days: Math.max(1, half(category.days)) })),
  };
}

/** A new role's colleagues know better what is normal than the old role's habits do. */
export function changePeerGroup(baseline: Baseline, peerGroup: number, day: number): Baseline {
  if (baseline.peerGroup === peerGroup) return baseline;
  const first = baseline.peerGroup === 0;
  const joined = { ...baseline, peerGroup, peerGroupDay: day };
  if (first) return joined;
  const { habits } = baseline;
  return {
    ...joined,
    habits: {
      ...habits,
      sittingReads: discountMoments(habits.sittingReads, ROLE_CHANGE_TRUST),
      sittingSubjects: discountMoments(habits.sittingSubjects, ROLE_CHANGE_TRUST),
      dayReads: discountMoments(habits.dayReads, ROLE_CHANGE_TRUST),
      daySubjects: discountMoments(habits.daySubjects, ROLE_CHANGE_TRUST),
      sittings: Math.fround(habits.sittings * ROLE_CHANGE_TRUST),
      protectedSittings: Math.fround(habits.protectedSittings * ROLE_CHANGE_TRUST),
    },
  };
}
