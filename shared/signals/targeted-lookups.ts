import { isLookup } from '../pipeline/observe.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

function mostLookedUp({ access, baseline }: View) {
  let lookups = 0;
  let days = 0;
  for (const entry of baseline.topSubjects) {
    if (!access.subjectHashes.includes(entry.subject)) continue;
    if (
      Math.log2(entry.lookups) * (1 + Math.log2(entry.days)) >=
      Math.log2(Math.max(lookups, 1)) * (1 + Math.log2(days || 1))
    ) {
      lookups = entry.lookups;
      days = entry.days;
    }
  }
  return { lookups, days };
}

/** Look-ups of one subject without a ticket; coming back on another day counts as much as doubling them. */
const repeats: Measure = {
  name: 'targeted-lookups.repeats',
  priorTail: { start: 2, slope: 0.5 },
  ownBias: true,
  strength: (view) => {
    if (!isLookup(view.access)) return 0;
    const { lookups, days } = mostLookedUp(view);
    return lookups < 2 ? 0 : Math.log2(lookups) * (1 + Math.log2(days));
  },
  explain: (view) => {
    const { lookups, days } = mostLookedUp(view);
    return {
      observed: lookups,
      expected: { median: 1, low: 0, high: 2 },
      unit: 'look-ups of one user without a ticket',
      text: `the same ${view.access.region} user looked up ${countOf(lookups, 'time')} on ${countOf(days, 'day')} without a ticket; once is usual`,
    };
  },
};

/** A few people watched: the same subjects looked up again and again over days, with no ticket. */
export const targetedLookups: Signal = {
  name: 'targeted-lookups',
  family: 'targets',
  judges: 'everyone',
  measures: [repeats],
};
