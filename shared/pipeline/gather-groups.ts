import type { GroupHabits, Snapshot } from '../model/snapshot.ts';
import { type GroupMoments, NO_GROUP_MOMENTS } from '../stats/group-moments.ts';
import { type Member, mostUsed } from './fold-groups.ts';
import { addVector, type CategorySum, SERIES, type Series, startCategorySum } from './sum-habits.ts';

/** Peer groups that are summed while their members are read. */
export interface GatheredGroups {
  readonly take: (member: Member) => void;
  /** The groups of all who were taken. */
  readonly groups: () => Snapshot['groups'];
}

/**
 * Sums a company's habits into peer groups while they are read from a table, in any order, and keeps little of each member: a whole
 * company's habits take gigabytes. Counts are added up at once, since whole numbers have the same sum in any order; moments wait until
 * all are there and are added in the order of ids, so that rounding is the same every time. `foldGroups` makes the same of members
 * that are all in memory.
 */
export function gatherGroups(): GatheredGroups {
  const gathered = new Map<string, Gathered>();
  return {
    take: ({ actorId, peerGroup, habits }) => {
      if (habits.members === 0) return;
      const group = gathered.get(peerGroup) ?? startGathering();
      gathered.set(peerGroup, group);
      add(group, actorId, habits);
    },
    groups: () =>
      Object.fromEntries(
        [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, group]) => [name, mostUsed(sumOf(group))]),
      ),
  };
}

interface Gathered {
  members: number;
  activeDays: number;
  readonly hours: number[];
  readonly weekdays: number[];
  readonly usual: number[];
  readonly categories: CategorySum;
  /** Each member's moments, series after series as one row of numbers, which takes a third of the room of objects. */
  readonly rows: { readonly actorId: string; readonly moments: readonly number[] }[];
}

const startGathering = (): Gathered => ({
  members: 0,
  activeDays: 0,
  hours: [],
  weekdays: [],
  usual: [],
  categories: startCategorySum(),
  rows: [],
});

function add(group: Gathered, actorId: string, habits: GroupHabits): void {
  group.members += habits.members;
  group.activeDays += habits.activeDays;
  addVector(group.hours, habits.hours);
  addVector(group.weekdays, habits.weekdays);
  addVector(group.usual, habits.usual);
  group.categories.add(habits.categories);
  group.rows.push({ actorId, moments: rowOf(habits) });
}

const PARTS = Object.keys(NO_GROUP_MOMENTS) as readonly (keyof GroupMoments)[];

/** Of just the room that it needs. */
function rowOf(habits: GroupHabits): readonly number[] {
  const row = new Array<number>(SERIES.length * PARTS.length);
  SERIES.forEach((series, s) => {
    PARTS.forEach((part, p) => {
      row[s * PARTS.length + p] = habits[series][part];
    });
  });
  return row;
}

function sumOf({ members, rows, categories, ...counts }: Gathered): GroupHabits {
  const sums = new Array<number>(SERIES.length * PARTS.length).fill(0);
  for (const { moments } of rows.sort((a, b) => (a.actorId < b.actorId ? -1 : 1))) addVector(sums, moments);
  const momentsOf = (index: number) =>
    Object.fromEntries(PARTS.map((part, i) => [part, sums[index * PARTS.length + i]])) as unknown as GroupMoments;
  const series = Object.fromEntries(SERIES.map((name, index) => [name, momentsOf(index)]));
  return { members, ...(series as Record<Series, GroupMoments>), ...counts, categories: categories.sum() };
}
