import type { Measure, Signal } from './signal.ts';
import { countOf } from './wording.ts';

/** One expired grant that refuses again and again has breadth one; trying doors has several. */
const refusals: Measure = {
  name: 'refused-doors.refusals',
  priorTail: { start: 1.5, slope: 0.6 },
  ownBias: true,
  strength: ({ access, baseline }) => {
    if (!access.protected || access.time - baseline.refusals.last > 2 * 3_600_000) return 0;
    const { count, doors } = baseline.refusals;
    return count === 0 ? 0 : Math.log2(count) * Math.sqrt(Math.max(1, doors.length));
  },
  explain: ({ baseline, access }) => {
    const { count, doors } = baseline.refusals;
    return {
      observed: count,
      expected: { median: 0, low: 0, high: 1 },
      unit: 'refusals in a row',
      text: `${countOf(count, 'refusal')} over ${countOf(doors.length, 'data set')} about ${access.region} users; more than one is unusual`,
    };
  },
};

/** Trying doors: many refusals over several data sets. */
export const refusedDoors: Signal = {
  name: 'refused-doors',
  family: 'refusal',
  judges: 'everyone',
  measures: [refusals],
};
