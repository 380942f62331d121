import { distinctSubjects } from '../pipeline/observe-pace.ts';
import { normalTail } from '../stats/tails.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

/** Fewer look-ups have no rhythm. */
const LEAST_LOOKUPS = 12;
/** Spread of ln(gap) of people at work: their gaps vary by a factor of e, and rarely by less than half of that. */
const HUMAN_SPREAD = 0.6;
/** A loop asks for another user each time; people come back to the one before. */
const LEAST_DISTINCT_SHARE = 0.9;

const paceOf = ({ access, baseline }: View) =>
  access.protected && access.allowed && access.actorType === 'employee' ? baseline.sitting.pace : undefined;

/**
 * −log10 of how often gaps that vary as people's do would come out as even as these, or evener: ln(gap) taken as normal, its sum
 * of squares over the human variance as χ² with n − 1 degrees of freedom.
 *
 * @see Wilson & Hilferty, PNAS 17(12), 1931, for the normal approximation of χ²
 */
function evenness(gaps: number, squaredLogGaps: number): number {
  const freedom = gaps - 1;
  const ratio = squaredLogGaps / HUMAN_SPREAD ** 2 / freedom;
  const spread = 2 / (9 * freedom);
  return normalTail((1 - spread - Math.cbrt(ratio)) / Math.sqrt(spread));
}

const regularGaps: Measure = {
  name: 'machine-pace.regular-gaps',
  priorTail: { start: 1, slope: 1 },
  ownBias: true,
  strength: (view) => {
    const pace = paceOf(view);
    if (!pace || pace.lookups < LEAST_LOOKUPS) return 0;
    if (distinctSubjects(pace) < LEAST_DISTINCT_SHARE * pace.lookups) return 0;
    return evenness(pace.lookups - 1, pace.squaredLogGaps);
  },
  explain: (view) => {
    const pace = view.baseline.sitting.pace;
    const lookups = pace?.lookups ?? 0;
    const spread = Math.sqrt((pace?.squaredLogGaps ?? 0) / Math.max(1, lookups - 1));
    const seconds = Math.round(Math.exp(pace?.meanLogGap ?? 0));
    return {
      observed: Math.round(100 * Math.expm1(spread)),
      expected: { median: 170, low: Math.round(100 * Math.expm1(HUMAN_SPREAD)), high: 400 },
      unit: 'percent by which the time between look-ups varies',
      text: `${countOf(lookups, 'look-up')} of one ${view.access.region} user each, about every ${countOf(seconds, 'second')} and as evenly as a script does`,
    };
  },
};

/** Users in the order of their ids: by chance two of millions never follow each other. */
const adjacentSubjects: Measure = {
  name: 'machine-pace.adjacent-subjects',
  priorTail: { start: 0.5, slope: 1 },
  ownBias: true,
  strength: (view) => {
    const pace = paceOf(view);
    return pace ? Math.log2(1 + pace.adjacent) : 0;
  },
  explain: (view) => {
    const adjacent = view.baseline.sitting.pace?.adjacent ?? 0;
    return {
      observed: adjacent,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'users in the order of their ids',
      text: `${countOf(adjacent, 'time')} the next ${view.access.region} user was the one whose id comes next: a list is being worked through`,
    };
  },
};

/** Somebody lets a script do it: a rhythm that no hand has, or users in the order of their ids. */
export const machinePace: Signal = {
  name: 'machine-pace',
  family: 'machine',
  judges: 'foreign',
  measures: [regularGaps, adjacentSubjects],
};
