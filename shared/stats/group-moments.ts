import type { Moments } from './moments.ts';

/**
 * What a group's members are like on one series, as sums that add up over groups:
 * Σw, Σw·mean, Σw·mean², Σw·variance over members, with w = min(n, 20)/20 so that nobody counts for more than one.
 */
export interface GroupMoments {
  readonly weight: number;
  readonly meanSum: number;
  readonly squareSum: number;
  readonly varianceSum: number;
}

export const NO_GROUP_MOMENTS: GroupMoments = { weight: 0, meanSum: 0, squareSum: 0, varianceSum: 0 };

const FULL_MEMBER = 20;

export function addMember(group: GroupMoments, member: Moments): GroupMoments {
  const w = Math.min(member.n, FULL_MEMBER) / FULL_MEMBER;
  return {
    weight: group.weight + w,
    meanSum: group.meanSum + w * member.mean,
    squareSum: group.squareSum + w * member.mean * member.mean,
    varianceSum: group.varianceSum + w * member.variance,
  };
}

export function sumGroups(groups: readonly GroupMoments[]): GroupMoments {
  const sum = { ...NO_GROUP_MOMENTS };
  for (const group of groups) {
    sum.weight += group.weight;
    sum.meanSum += group.meanSum;
    sum.squareSum += group.squareSum;
    sum.varianceSum += group.varianceSum;
  }
  return sum;
}

/** What a newcomer to the group is expected to be like. */
export interface Prior {
  /** Expected mean of a member's series. */
  readonly mean: number;
  /** Variance of members' means around it. */
  readonly between: number;
  /** Typical variance within one member's series. */
  readonly within: number;
}

/**
 * A group's prior, shrunk to its parent's as if the parent were `parentWeight` further members.
 *
 * @see Gelman et al., Bayesian Data Analysis, 3rd ed., ch. 5 (hierarchical normal model), moment estimates
 */
export function groupPrior(group: GroupMoments, parent: Prior, parentWeight = 3): Prior {
  const total = group.weight + parentWeight;
  const mean = (group.meanSum + parentWeight * parent.mean) / total;
  const parentSquare = parent.between + parent.mean * parent.mean;
  const between = (group.squareSum + parentWeight * parentSquare) / total - mean * mean;
  const within = (group.varianceSum + parentWeight * parent.within) / total;
  return { mean, between: Math.max(between, 1e-4), within: Math.max(within, 1e-4) };
}

/** What is expected of one member's next observation: location, scale and how heavy the tails are. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
  /** Degrees of freedom of the Student t whose tail it has. */
  readonly freedom: number;
}

/** As many observations as a group's typical variance counts for beside a member's own. */
const VARIANCE_WEIGHT = 10;

/**
 * Posterior predictive of a member's next observation: own series shrunk to the group's, by how sure each is.
 *
 * @param trust 0 to 1: how much of the own series' weight counts (less before there is enough history)
 */
export function predict(own: Moments, prior: Prior, trust = 1): Prediction {
  const n = own.n * trust;
  const variance = (n * own.variance + VARIANCE_WEIGHT * prior.within) / (n + VARIANCE_WEIGHT);
  const precision = n / variance + 1 / prior.between;
  const mean = ((n / variance) * own.mean + prior.mean / prior.between) / precision;
  return { mean, variance: variance + 1 / precision, freedom: n + VARIANCE_WEIGHT };
}
