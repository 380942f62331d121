import { ATTRIBUTES } from '../model/access.ts';
import { awayInWords, daysAway } from '../pipeline/days-away.ts';
import { firstSeenProbability } from './novelty.ts';
import type { Measure, Signal } from './signal.ts';
import { countOf } from './wording.ts';

/** A gap that holidays don't explain begins here. */
const LONG_GAP_DAYS = 10;
const DATASET = ATTRIBUTES.indexOf('dataset');
const DEVICE = ATTRIBUTES.indexOf('device');
/** Novelty beyond one in ten thousand adds nothing more. */
const MOST_NOVELTY = 4;

/** Gap against ordinary absences × what is new about the return × how much is read without a ticket. */
const wakes: Measure = {
  name: 'dormant-account.wakes',
  priorTail: { start: 1, slope: 0.6 },
  ownBias: false,
  strength: (view) => {
    const { access, baseline } = view;
    const away = daysAway(baseline);
    if (!access.protected || !access.allowed || away === undefined || away < LONG_GAP_DAYS) return 0;
    const rarity = (attribute: number) =>
      access.categories[attribute] ? -Math.log10(firstSeenProbability(view, attribute)) : 0;
    const novelty = Math.min(MOST_NOVELTY, Math.max(rarity(DATASET), rarity(DEVICE)));
    return Math.log2(away / 5) * (0.2 + novelty / MOST_NOVELTY) * Math.log2(1 + baseline.sitting.unapproved);
  },
  explain: (view) => {
    const away = daysAway(view.baseline) ?? 0;
    return {
      observed: away,
      expected: { median: 1, low: 0, high: LONG_GAP_DAYS },
      unit: 'days without any access',
      text: `${countOf(view.baseline.sitting.protectedReads, 'read')} of ${view.access.region} users after ${awayInWords(away)} without any access`,
    };
  },
};

/** An account that slept for weeks wakes up with something new about it. Back from leave with the same laptop and work is not. */
export const dormantAccount: Signal = {
  name: 'dormant-account',
  family: 'dormancy',
  judges: 'foreign',
  measures: [wakes],
};
