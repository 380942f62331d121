import { ATTRIBUTES } from '../model/access.ts';
import { firstSeenProbability } from './novelty.ts';
import type { Measure, Signal, View } from './signal.ts';
import { inWords } from './wording.ts';

const COUNTRY = ATTRIBUTES.indexOf('country');
const DEVICE = ATTRIBUTES.indexOf('device');
/** Nobody crosses a border, changes machine and works on within this time without a flight; longer gaps are ordinary travel. */
const TOO_SOON_MS = 3 * 3_600_000;

const changedPlace = ({ access, baseline }: View) =>
  baseline.place.country !== '' && access.location.trusted && access.location.locatedIn !== baseline.place.country;

/**
 * A new country AND a new machine: the weaker of the two surprises, doubled where the last trusted place was another country
 * a short while ago. A traveller with the own laptop, or a phone whose network resolves elsewhere, has one without the other.
 */
const takeover: Measure = {
  name: 'stolen-account.takeover',
  priorTail: { start: 1, slope: 0.8 },
  ownBias: false,
  strength: (view) => {
    const { access, baseline } = view;
    if (!access.protected || !access.location.trusted || !access.categories[DEVICE]) return 0;
    const country = -Math.log10(firstSeenProbability(view, COUNTRY));
    const device = -Math.log10(firstSeenProbability(view, DEVICE));
    const soon = changedPlace(view) && access.time - baseline.place.time < TOO_SOON_MS;
    return Math.min(country, device) * (soon ? 2 : 1);
  },
  explain: (view) => {
    const { access, baseline } = view;
    const days = baseline.habits.activeDays;
    const before = changedPlace(view)
      ? `, ${inWords(access.time - baseline.place.time)} after an access from ${baseline.place.country}`
      : '';
    return {
      observed: 1,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'first use of country and device together',
      text: `from ${access.location.locatedIn} on device ${access.deviceId}, neither seen in ${days} active days${before}`,
    };
  },
};

/** An account in somebody else's hands: another country and another machine at once. */
export const stolenAccount: Signal = {
  name: 'stolen-account',
  family: 'account',
  judges: 'everyone',
  measures: [takeover],
};
