import type { Measure, Signal } from './signal.ts';
import { countOf } from './wording.ts';

/** One expired grant that refuses again and again has breadth one; trying doors has several, some of them no habit. */
const refusals: Measure = {
  name: 'refused-doors.refusals',
  priorTail: { start: 2.5, slope: 0.5 },
  ownBias: true,
  strength: ({ access, baseline }) => {
    const { count, doors, last, strangeDoors } = baseline.refusals;
    if (!access.protected || count === 0 || access.time - last > 2 * 3_600_000) return 0;
    return Math.log2(1 + count) * Math.sqrt(Math.max(1, doors.length)) + strangeDoors;
  },
  explain: ({ baseline, access }) => {
    const { count, doors, strangeDoors } = baseline.refusals;
    const strange = strangeDoors > 0 ? `, ${strangeDoors} of them no habit,` : '';
    return {
      observed: count,
      expected: { median: 0, low: 0, high: 1 },
      unit: 'refusals in a row',
      text: `${countOf(count, 'refusal')} over ${countOf(doors.length, 'data set')}${strange} about ${access.region} users`,
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
