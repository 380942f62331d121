import type { GroupCategory, GroupHabits } from '../model/snapshot.ts';
import { NO_GROUP_MOMENTS, sumGroups } from '../stats/group-moments.ts';

/** What is known of a group as moments over its members. */
export const SERIES = ['sittingReads', 'sittingSubjects', 'dayReads', 'daySubjects', 'protectedShare'] as const;
export type Series = (typeof SERIES)[number];

/** What adds up cheaply; categories are looked up in the members instead of being summed for every fold. */
export type SeriesHabits = Omit<GroupHabits, 'categories'>;

export const NO_HABITS: GroupHabits = {
  members: 0,
  sittingReads: NO_GROUP_MOMENTS,
  sittingSubjects: NO_GROUP_MOMENTS,
  dayReads: NO_GROUP_MOMENTS,
  daySubjects: NO_GROUP_MOMENTS,
  protectedShare: NO_GROUP_MOMENTS,
  activeDays: 0,
  hours: [],
  weekdays: [],
  categories: [],
  usual: [],
};

/** Adds groups up; the order does not change the result beyond rounding, so callers pass them in a fixed one. */
export function sumHabits(parts: readonly GroupHabits[]): GroupHabits {
  const categories = startCategorySum();
  for (const part of parts) categories.add(part.categories);
  return { ...sumSeries(parts), categories: categories.sum() };
}

/** Values under way to a sum: whole numbers, so that no order changes it. */
export interface CategorySum {
  readonly add: (categories: readonly GroupCategory[]) => void;
  /** In no order. */
  readonly sum: () => GroupCategory[];
}

export function startCategorySum(): CategorySum {
  // Everybody's own machines are most of a company's values: what one member alone uses is kept as two numbers.
  const daysOfOne = new Map<number, number>();
  const sums = new Map<number, [...GroupCategory]>();
  const addOne = ([attribute, hash, days, members]: GroupCategory) => {
    const key = keyOf(attribute, hash);
    const sum = sums.get(key);
    const before = daysOfOne.get(key);
    if (sum) {
      sum[2] += days;
      sum[3] += members;
    } else if (before !== undefined) {
      daysOfOne.delete(key);
      sums.set(key, [attribute, hash, before + days, 1 + members]);
    } else if (members === 1) daysOfOne.set(key, days);
    else sums.set(key, [attribute, hash, days, members]);
  };
  return {
    add: (categories) => categories.forEach(addOne),
    sum: () => [
      ...sums.values(),
      ...[...daysOfOne].map(([key, days]): GroupCategory => [Math.floor(key / HASHES), key % HASHES, days, 1]),
    ],
  };
}

const HASHES = 0x1_0000_0000;

/** One number for a value of an attribute. */
export const keyOf = (attribute: number, hash: number): number => attribute * HASHES + hash;

/** The same without values. */
export function sumSeries(parts: readonly GroupHabits[]): SeriesHabits {
  return {
    members: parts.reduce((sum, part) => sum + part.members, 0),
    ...sumMoments(parts),
    activeDays: parts.reduce((sum, part) => sum + part.activeDays, 0),
    hours: addVectors(parts.map((part) => part.hours)),
    weekdays: addVectors(parts.map((part) => part.weekdays)),
    usual: addVectors(parts.map((part) => part.usual)),
  };
}

/** The moments alone. */
export function sumMoments(parts: readonly GroupHabits[]): Pick<GroupHabits, Series> {
  const moments = (series: Series) => sumGroups(parts.map((part) => part[series]));
  return {
    sittingReads: moments('sittingReads'),
    sittingSubjects: moments('sittingSubjects'),
    dayReads: moments('dayReads'),
    daySubjects: moments('daySubjects'),
    protectedShare: moments('protectedShare'),
  };
}

function addVectors(vectors: readonly (readonly number[])[]): number[] {
  const sum: number[] = [];
  for (const vector of vectors) addVector(sum, vector);
  return sum;
}

/** @param sum is added to, and grows to the vector's length */
export function addVector(sum: number[], vector: readonly number[]): void {
  for (let i = 0; i < vector.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] as number);
}
