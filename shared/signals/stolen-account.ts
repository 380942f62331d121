import { ATTRIBUTES } from '../model/access.ts';
import { daysUsed, firstSeenProbability } from './novelty.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf, inWords } from './wording.ts';

const COUNTRY = ATTRIBUTES.indexOf('country');
const DEVICE = ATTRIBUTES.indexOf('device');
/** Nobody crosses a border, changes machine and works on within this time without a flight; longer gaps are ordinary travel. */
const TOO_SOON_MS = 3 * 3_600_000;

/** From the last trusted place to this access; negative where an event of before that comes late. */
const sincePlace = ({ access, baseline }: View) => access.time - baseline.place.time;

const changedPlace = ({ access, baseline }: View) =>
  baseline.place.country !== '' && access.location.trusted && access.location.locatedIn !== baseline.place.country;

/** Whether an access is from another country than the last trusted place, and too soon after it, or before it, for a journey. */
export const isTooSoonToTravel = (view: View): boolean =>
  changedPlace(view) && Math.abs(sincePlace(view)) < TOO_SOON_MS;

/**
 * A new country AND a new machine: the weaker of the two surprises, doubled where the last trusted place was another country
 * a short while ago. A traveller with the own laptop, or a phone whose network resolves elsewhere, has one without the other.
 */
const takeover: Measure = {
  name: 'stolen-account.takeover',
  priorTail: { start: 1, slope: 0.8 },
  ownBias: false,
  strength: (view) => {
    const { access } = view;
    if (!access.protected || !access.location.trusted || !access.categories[DEVICE]) return 0;
    const country = -Math.log10(firstSeenProbability(view, COUNTRY));
    const device = -Math.log10(firstSeenProbability(view, DEVICE));
    return Math.min(country, device) * (isTooSoonToTravel(view) ? 2 : 1);
  },
  explain: (view) => {
    const { baseline } = view;
    const gap = sincePlace(view);
    const before = changedPlace(view)
      ? `, ${inWords(Math.abs(gap))} ${gap < 0 ? 'before' : 'after'} an access from ${baseline.place.country}`
      : '';
    return {
      observed: 1,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'first use of country and device together',
      text: `${whatIsNew(view)}${before}`,
    };
  },
};

function whatIsNew(view: View): string {
  const { access, baseline } = view;
  const all = baseline.habits.activeDays;
  const [there, onIt] = [daysUsed(view, COUNTRY), daysUsed(view, DEVICE)];
  const { locatedIn } = access.location;
  return there === 0 && onIt === 0
    ? `from ${locatedIn} on device ${access.deviceId}, neither seen in ${countOf(all, 'active day')}`
    : `from ${locatedIn} (${there} of ${countOf(all, 'active day')}) on device ${access.deviceId} (${onIt} of ${all})`;
}

/** An account in somebody else's hands: another country and another machine at once. */
export const stolenAccount: Signal = {
  name: 'stolen-account',
  family: 'account',
  judges: 'everyone',
  measures: [takeover],
};
