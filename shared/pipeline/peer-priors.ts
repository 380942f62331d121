import { ATTRIBUTES, type Attribute } from '../model/access.ts';
import type { GroupCategory, GroupHabits } from '../model/snapshot.ts';
import { groupPrior, type Prior } from '../stats/group-moments.ts';
import { pitmanYor } from '../stats/pitman-yor.ts';
import { keyOf, NO_HABITS, type SeriesHabits, sumSeries } from './sum-habits.ts';

/** What is expected of a member of a peer group before anything is known of the member. */
export interface PeerPriors {
  readonly sittingReads: Prior;
  readonly sittingSubjects: Prior;
  readonly dayReads: Prior;
  readonly daySubjects: Prior;
  /** Beta prior of the share of sittings that touch a protected region. */
  readonly protectedShare: { readonly a: number; readonly b: number };
  /** Probability that a member is active in local hour h of an active day. */
  readonly hours: readonly number[];
  /** Probability that an active day is this weekday. */
  readonly weekdays: readonly number[];
  /** Probability that a member's next day uses this value of an attribute, unseen values included. */
  readonly category: (attribute: number, hash: number) => number;
  /** The same for anybody of the group's country, whatever the team. */
  readonly categoryInCountry: (attribute: number, hash: number) => number;
  /** Members' mean usual strength by measure, in tenths. */
  readonly usual: (measure: number) => number;
}

/**
 * Packaged priors for an organisation of which nothing is known yet. Wide on purpose: a sitting of a few to a few dozen accesses,
 * a tenth of sittings touching the protected region, office hours more likely than nights.
 */
const PACKAGED = {
  sittingReads: { mean: 6, between: 25, within: 60 },
  sittingSubjects: { mean: Math.log(30), between: 4, within: 1.5 },
  dayReads: { mean: 3, between: 9, within: 40 },
  daySubjects: { mean: 1.5, between: 2, within: 3 },
  protectedShare: { mean: 0.15, between: 0.03, within: 0 },
} as const satisfies Record<string, Prior>;
const PACKAGED_HOURS = Array.from({ length: 24 }, (_, hour) =>
  hour >= 8 && hour < 20 ? 0.35 : hour >= 6 && hour < 23 ? 0.1 : 0.03,
);
const PACKAGED_WEEKDAYS = [0.19, 0.19, 0.19, 0.19, 0.18, 0.03, 0.03];
/** Probability of a value that nobody in the organisation has ever used: a new device is common, a new data set is not. */
const UNSEEN: { readonly [attribute in Attribute]: number } = {
  dataset: 0.003,
  store: 0.003,
  action: 0.003,
  country: 0.002,
  device: 0.004,
};
/** Habits that follow the work are backed off to the team everywhere, those that follow the place to the country. */
const FOLLOWS_PLACE = new Set(['country', 'device']);

/** @param groups habits by `team/country` @returns priors by the same key; an unknown group gets the organisation's */
export function peerPriors(groups: Readonly<Record<string, GroupHabits>>): (peerGroup: string) => PeerPriors {
  const all = Object.entries(groups);
  const unseen = remembered((attribute) => unseenProbability(attribute, everybody().groups));
  const parents = new Map<string, Parent>();
  const parentOf = (key: string, membersOf: () => readonly GroupHabits[], above: CategoryProbability): Parent => {
    let parent = parents.get(key);
    if (!parent) {
      const members = membersOf();
      const groups = members.map(indexOf);
      const category = remembered((attribute, hash) =>
        categoryProbability(groups, attribute, hash, above(attribute, hash)),
      );
      parent = { series: sumSeries(members), groups, category };
      parents.set(key, parent);
    }
    return parent;
  };
  const everybody = () =>
    parentOf(
      'everybody',
      () => all.map(([, habits]) => habits),
      (attribute) => unseen(attribute, 0),
    );
  const partOf = (part: 'team' | 'country', value: string) =>
    parentOf(
      `${part} ${value}`,
      () => all.filter(([name]) => partsOf(name)[part] === value).map(([, habits]) => habits),
      everybody().category,
    );
  const made = new Map<string, PeerPriors>();
  return (peerGroup) => {
    let priors = made.get(peerGroup);
    if (!priors) {
      const { team, country } = partsOf(peerGroup);
      const group = groups[peerGroup] ?? NO_HABITS;
      priors = priorsOf(group, partOf('team', team), partOf('country', country), everybody());
      made.set(peerGroup, priors);
    }
    return priors;
  };
}

type CategoryProbability = (attribute: number, hash: number) => number;

/** The same values are asked for again and again while a snapshot is in force. */
function remembered(probabilityOf: CategoryProbability): CategoryProbability {
  const known = new Map<number, number>();
  return (attribute, hash) => {
    const key = keyOf(attribute, hash);
    let probability = known.get(key);
    if (probability === undefined) {
      probability = probabilityOf(attribute, hash);
      known.set(key, probability);
    }
    return probability;
  };
}

/** A team's name may hold slashes, a country's never does. */
function partsOf(peerGroup: string): { readonly team: string; readonly country: string } {
  const end = peerGroup.lastIndexOf('/');
  return { team: peerGroup.slice(0, Math.max(0, end)), country: peerGroup.slice(end + 1) };
}

/** A team over all countries, a country over all teams, or everybody. */
interface Parent {
  readonly series: SeriesHabits;
  readonly groups: readonly CategoryIndex[];
  /** Probability that somebody's next day uses a value, backed off to the parent above. */
  readonly category: CategoryProbability;
}
function priorsOf(group: GroupHabits, team: Parent, country: Parent, everybody: Parent): PeerPriors {
  const chain = (series: keyof typeof PACKAGED) =>
    groupPrior(group[series], groupPrior(team.series[series], groupPrior(everybody.series[series], PACKAGED[series])));
  const share = chain('protectedShare');
  // Beta with this mean and variance, at least as wide as one sitting and at most as sure as fifteen.
  const strength = Math.min(15, Math.max(1, (share.mean * (1 - share.mean)) / share.between - 1));
  const rates = (counts: (habits: SeriesHabits) => readonly number[], packaged: readonly number[]) =>
    packaged.map((initial, i) => {
      const shrink = (habits: SeriesHabits, parent: number) =>
        ((counts(habits)[i] ?? 0) + 20 * parent) / (habits.activeDays + 20);
      return shrink(group, shrink(team.series, shrink(everybody.series, initial)));
    });
  return {
    sittingReads: chain('sittingReads'),
    sittingSubjects: chain('sittingSubjects'),
    dayReads: chain('dayReads'),
    daySubjects: chain('daySubjects'),
    protectedShare: { a: share.mean * strength, b: (1 - share.mean) * strength },
    hours: rates((habits) => habits.hours, PACKAGED_HOURS),
    weekdays: rates((habits) => habits.weekdays, PACKAGED_WEEKDAYS),
    category: remembered((attribute, hash) => {
      const parent = FOLLOWS_PLACE.has(ATTRIBUTES[attribute] ?? 'dataset') ? country : team;
      return categoryProbability([indexOf(group)], attribute, hash, parent.category(attribute, hash));
    }),
    categoryInCountry: (attribute, hash) =>
      categoryProbability(country.groups, attribute, hash, unseenProbability(attribute, everybody.groups)),
    usual: (measure) => {
      const shrink = (habits: SeriesHabits, prior: number) =>
        ((habits.usual[measure] ?? 0) + 3 * prior) / (habits.members + 3);
      return shrink(group, shrink(team.series, shrink(everybody.series, 0)));
    },
  };
}

/** While the organisation itself has seen little, a value that nobody used yet is no surprise: the first of anything is new. */
function unseenProbability(attribute: number, everybody: readonly CategoryIndex[]): number {
  const name = ATTRIBUTES[attribute] ?? 'dataset';
  // Devices are personal: only shared ones are in the groups, so the groups' counts say nothing about how much was seen.
  if (name === 'device') return UNSEEN.device;
  const seen = everybody.reduce((sum, { totals }) => sum + (totals[attribute] ?? 0), 0);
  return Math.max(UNSEEN[name], 1 / (1 + seen));
}

/**
 * Back-off probability at one level of the hierarchy, summed over the groups below it. The number of distinct values is taken from the
 * group that has most: a lower bound that needs no union.
 */
function categoryProbability(groups: readonly CategoryIndex[], attribute: number, hash: number, above: number): number {
  const key = keyOf(attribute, hash);
  let count = 0;
  let total = 0;
  let distinct = 0;
  for (const index of groups) {
    count += index.days.get(key) ?? 0;
    total += index.totals[attribute] ?? 0;
    distinct = Math.max(distinct, index.distinct[attribute] ?? 0);
  }
  return pitmanYor(count, total, distinct, above);
}

interface CategoryIndex {
  readonly days: ReadonlyMap<number, number>;
  readonly totals: readonly number[];
  readonly distinct: readonly number[];
}

/** Values that a fold took over unchanged keep their index. */
const indexes = new WeakMap<readonly GroupCategory[], CategoryIndex>();

function indexOf({ categories }: GroupHabits): CategoryIndex {
  let index = indexes.get(categories);
  if (!index) {
    const days = new Map<number, number>();
    const totals = ATTRIBUTES.map(() => 0);
    const distinct = ATTRIBUTES.map(() => 0);
    for (const [attribute, hash, count] of categories) {
      days.set(keyOf(attribute, hash), count);
      totals[attribute] = (totals[attribute] ?? 0) + count;
      distinct[attribute] = (distinct[attribute] ?? 0) + 1;
    }
    index = { days, totals, distinct };
    indexes.set(categories, index);
  }
  return index;
}
