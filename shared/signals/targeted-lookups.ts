import type { TopSubject } from '../model/baseline.ts';
import { isLookup } from '../pipeline/observe.ts';
import { repeatStrength } from '../pipeline/observe-subjects.ts';
import { halvesOfHex64 } from '../stats/hex64.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

/** Of the users whom this access is about, the one whom it is oddest to come back to. */
function mostLookedUp({ access, baseline }: View): Pick<TopSubject, 'lookups' | 'days'> {
  const subjects = access.subjectHashes.map(halvesOfHex64);
  return baseline.topSubjects
    .filter((top) => subjects.some(([high, low]) => top.high === high && top.low === low))
    .reduce((most, entry) => (repeatStrength(entry) >= repeatStrength(most) ? entry : most), { lookups: 0, days: 0 });
}

/** Look-ups of one subject without a ticket; coming back on another day counts as much as doubling them. */
const repeats: Measure = {
  name: 'targeted-lookups.repeats',
  priorTail: { start: 2, slope: 0.5 },
  ownBias: true,
  strength: (view) => (isLookup(view.access) ? repeatStrength(mostLookedUp(view)) : 0),
  explain: (view) => {
    const { lookups, days } = mostLookedUp(view);
    return {
      observed: lookups,
      expected: { median: 1, low: 0, high: 2 },
      unit: 'look-ups of one user without a ticket',
      text: `the same ${view.access.region} user looked up ${countOf(lookups, 'time')} on ${countOf(days, 'day')} without a ticket`,
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
