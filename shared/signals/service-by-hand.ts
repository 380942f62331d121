import { ATTRIBUTES, type Attribute } from '../model/access.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

/** A fleet that begins to report its machines is new in the same way: alone it reaches an alert only at a generous budget. */
const MOST_LEVEL = 3;

/** Active days of a service with any value of an attribute, at most: values are counted one by one. */
function daysWithAny({ baseline }: View, attribute: Attribute): number {
  const index = ATTRIBUTES.indexOf(attribute);
  let days = 0;
  for (const category of baseline.habits.categories) if (category.attribute === index) days += category.days;
  return Math.min(days, baseline.habits.activeDays);
}

/**
 * Probability that a day of this service has any value of the attribute at all, by the rule of succession; 1 where this
 * access has none. Which machine or country it is doesn't matter: a job that has none doesn't grow one.
 *
 * @see Laplace's rule of succession, (s + 1) / (n + 2)
 */
function anyProbability(view: View, attribute: Attribute): number {
  if (!view.access.categories[ATTRIBUTES.indexOf(attribute)]) return 1;
  return (daysWithAny(view, attribute) + 1) / (view.baseline.habits.activeDays + 2);
}

/** A person's machine or place on a job that had neither × how much is read without a ticket. */
const interactive: Measure = {
  name: 'service-by-hand.interactive',
  priorTail: { start: 1, slope: 0.6 },
  mostLevel: MOST_LEVEL,
  ownBias: false,
  strength: (view) => {
    const { access, baseline } = view;
    if (access.actorType !== 'service' || !access.protected || !access.allowed) return 0;
    const rarity = Math.log10(1 / (anyProbability(view, 'device') * anyProbability(view, 'country')));
    return rarity * 0.5 * Math.log2(1 + baseline.sitting.unapproved);
  },
  explain: (view) => {
    const { access, baseline } = view;
    const { activeDays } = baseline.habits;
    const machine = access.deviceId === undefined ? '' : ` on device ${access.deviceId}`;
    const place = access.location.trusted ? ` from ${access.location.locatedIn}` : '';
    const days = Math.max(daysWithAny(view, 'device'), daysWithAny(view, 'country'));
    return {
      observed: baseline.sitting.protectedReads,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'reads as if by a person',
      text: `${countOf(baseline.sitting.protectedReads, 'read')} by a service${machine}${place}; it had a person's machine or place on ${days} of ${countOf(activeDays, 'active day')}`,
    };
  },
};

/** Somebody works with a service's credentials: the job runs from a person's machine or from a place where people sit. */
export const serviceByHand: Signal = {
  name: 'service-by-hand',
  family: 'account',
  judges: 'everyone',
  measures: [interactive],
};
