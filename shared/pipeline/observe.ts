import { type Access, ATTRIBUTES, FEW_SUBJECTS } from '../model/access.ts';
import type { Baseline, Borrowed, CategoryUse, Day, Habits, Refusals, Sitting } from '../model/baseline.ts';
import { LINKED_USERS_KEPT } from '../model/late-links.ts';
import { addCounts } from '../stats/count-sum.ts';
import type { LinkHit } from './links.ts';
import { observePace } from './observe-pace.ts';
import { observeSubjects } from './observe-subjects.ts';

/** Refusals further apart than this are separate attempts. */
const REFUSALS_GAP_MS = 2 * 3_600_000;
const DOORS_KEPT = 8;
/** Active days after which a data set that is no habit is strange to somebody. */
const STRANGE_AFTER_DAYS = 5;
const DATASET = ATTRIBUTES.indexOf('dataset');
const DEVICE = ATTRIBUTES.indexOf('device');
/** Longer actor ids are not kept beside a borrowed machine: the item stays small. */
const LONGEST_OWNER = 64;
/** Values that one day can hold, by attribute: as many as become habits, and a country more for a day of travel. */
const USED_KEPT = [14, 5, 6, 5, 5] as const;
const TWO_BYTES = 65_535;

/** Adds an access to the running windows. Habits stay as they were: the verdict comes before learning. */
export function observe(baseline: Baseline, access: Access, linkHits: readonly LinkHit[]): Baseline {
  const firstOfSitting = baseline.sitting.start === 0;
  const sitting = observeSitting(baseline.sitting, access, linkHits);
  const { topSubjects, otherSubjects } = isLookup(access) ? observeSubjects(baseline, access) : baseline;
  return {
    ...baseline,
    sitting,
    day: isOfDay(baseline.day, access) ? observeDay(baseline, access, firstOfSitting, linkHits) : baseline.day,
    topSubjects,
    otherSubjects,
    refusals:
      !access.allowed && access.protected
        ? observeRefusal(baseline.refusals, baseline.habits, access)
        : baseline.refusals,
  };
}

/**
 * Whether an access counts in a day that runs. One of the day before that comes late does too, or what a nightly export brings would be in no
 * day at all; of days further back it does not: after an outage, several would look like one.
 */
export const isOfDay = (day: Day, access: Access): boolean => access.local.day >= day.day - 1;

function observeSitting(sitting: Sitting, access: Access, linkHits: readonly LinkHit[]): Sitting {
  const read = access.allowed ? 1 : 0;
  const subjects = access.allowed ? (access.subjectCount ?? 0) : 0;
  const guarded = access.protected ? 1 : 0;
  return {
    start: sitting.start || access.time,
    last: Math.max(sitting.last, access.time),
    reads: sitting.reads + read,
    subjects: addCounts(sitting.subjects, subjects),
    protectedReads: sitting.protectedReads + read * guarded,
    protectedSubjects: addCounts(sitting.protectedSubjects, subjects * guarded),
    unapproved: sitting.unapproved + (access.approved ? 0 : read * guarded),
    linkedSubjects: addLinked(sitting.linkedSubjects, linkHits),
    pace: observePace(sitting.pace, access),
  };
}

/** The same user met again says nothing new: subjects are counted, not accesses. */
export function addLinked(known: readonly number[], linkHits: readonly LinkHit[]): readonly number[] {
  if (linkHits.length === 0) return known;
  const met = linkHits
    .filter((hit) => hit.kind === 'subject')
    .map(({ subject }) => Number.parseInt(subject.slice(0, 8), 16));
  return [...new Set([...known, ...met])].slice(0, LINKED_USERS_KEPT);
}

function observeDay(baseline: Baseline, access: Access, firstOfSitting: boolean, linkHits: readonly LinkHit[]): Day {
  const { day, sitting } = baseline;
  const read = access.allowed ? 1 : 0;
  const guarded = access.protected ? read : 0;
  return {
    ...day,
    sittings: day.sittings + (firstOfSitting || day.sittings === 0 ? 1 : 0),
    protectedSittings:
      day.protectedSittings + (guarded && (sitting.protectedReads === 0 || day.protectedReads === 0) ? 1 : 0),
    reads: day.reads + read,
    protectedReads: day.protectedReads + guarded,
    protectedSubjects: addCounts(day.protectedSubjects, guarded * (access.subjectCount ?? 0)),
    approvedReads: day.approvedReads + (access.approved ? guarded : 0),
    hours: (day.hours | (1 << access.local.hour)) >>> 0,
    used: observeCategories(day.used, access),
    borrowed: borrowedOf(day, access, linkHits) ?? day.borrowed,
  };
}

/** The answer to the day's first access counts, however the accesses after it came together in batches. */
function borrowedOf({ used }: Day, { categories, time }: Access, linkHits: readonly LinkHit[]): Borrowed | undefined {
  const hit = linkHits.find((linkHit) => linkHit.kind === 'device');
  if (!hit || used.some(({ attribute, hash }) => attribute === DEVICE && hash === categories[DEVICE])) return undefined;
  return {
    device: categories[DEVICE] ?? 0,
    owner: hit.actorId.length <= LONGEST_OWNER ? hit.actorId : '',
    days: Math.max(0, Math.floor((time - hit.since) / 86_400_000)),
    users: hit.users,
  };
}

function observeCategories(used: readonly CategoryUse[], access: Access): readonly CategoryUse[] {
  if (!access.allowed) return used;
  const unapproved = access.protected && !access.approved ? 1 : 0;
  const next = used.slice();
  for (let attribute = 0; attribute < access.categories.length; attribute++) {
    const hash = access.categories[attribute] ?? 0;
    if (hash === 0) continue;
    const i = placeOf(next, attribute, hash);
    const before = next[i];
    if (before) {
      const reads = Math.min(before.reads + 1, TWO_BYTES);
      next[i] = { attribute, hash, reads, unapproved: Math.min(before.unapproved + unapproved, TWO_BYTES) };
      continue;
    }
    makeRoom(next, attribute);
    next.push({ attribute, hash, reads: 1, unapproved });
  }
  return next;
}

function placeOf(used: readonly CategoryUse[], attribute: number, hash: number): number {
  for (let i = 0; i < used.length; i++) if (used[i]?.hash === hash && used[i]?.attribute === attribute) return i;
  return -1;
}

/**
 * A new value takes the place of the least used one, the oldest of several: somebody who pads the day with values of no
 * use hides none of the next ones.
 */
function makeRoom(used: CategoryUse[], attribute: number): void {
  let count = 0;
  let least = -1;
  used.forEach((use, i) => {
    if (use.attribute !== attribute) return;
    count++;
    if (least < 0 || use.reads < (used[least]?.reads ?? 0)) least = i;
  });
  if (count >= (USED_KEPT[attribute] ?? 0)) used.splice(least, 1);
}

/**
 * Whether an access is a look at a few particular users of a protected region without a ticket. What was refused showed nothing:
 * an expired grant that asks for the same user again and again watches nobody.
 */
export const isLookup = (access: Access): boolean =>
  access.protected &&
  access.allowed &&
  !access.approved &&
  access.onBehalfOf === undefined &&
  access.subjectHashes.length > 0 &&
  (access.subjectCount ?? access.subjectHashes.length) <= FEW_SUBJECTS;

function observeRefusal(refusals: Refusals, habits: Habits, access: Access): Refusals {
  // One of hours before that comes late is an attempt of its own, which is over, and must not end the one that goes on.
  if (refusals.last - access.time >= REFUSALS_GAP_MS) return refusals;
  const apart = access.time - refusals.last >= REFUSALS_GAP_MS;
  const doors = apart ? [] : refusals.doors;
  const strangeDoors = apart ? 0 : refusals.strangeDoors;
  const door = access.categories[DATASET] ?? 0;
  const isNew = !doors.includes(door) && doors.length < DOORS_KEPT;
  // Somebody without habits has nothing but strange doors: that says nothing.
  const isStrange =
    habits.activeDays >= STRANGE_AFTER_DAYS &&
    !habits.categories.some(({ attribute, hash }) => attribute === DATASET && hash === door);
  return {
    last: Math.max(refusals.last, access.time),
    count: apart ? 1 : refusals.count + 1,
    doors: isNew ? [...doors, door] : doors,
    strangeDoors: strangeDoors + (isNew && isStrange ? 1 : 0),
  };
}
