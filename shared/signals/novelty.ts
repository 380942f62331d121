import { ATTRIBUTES, type Attribute } from '../model/access.ts';
import type { CategoryUse } from '../model/baseline.ts';
import { fullListOf } from '../pipeline/close-windows.ts';
import { pitmanYor } from '../stats/pitman-yor.ts';
import type { Measure, Signal, View } from './signal.ts';
import { attributeValue, countOf, HARDLY_EVER, NEVER_SEEN, oneIn } from './wording.ts';

/** Classes that 28 CFR 202.205 sets the lowest thresholds for. */
const MOST_SENSITIVE = new Set([
  'precise-geolocation',
  'biometric-identifiers',
  'genomic',
  'personal-health',
  'personal-financial',
]);
const SENSITIVE_FACTOR = 1.25;
const DEVICE = ATTRIBUTES.indexOf('device');
const FOLLOWS_THE_PERSON = new Set([ATTRIBUTES.indexOf('country'), DEVICE]);

/** A new laptop and a phone whose network resolves elsewhere are everyday: alone they are never worth a look. */
const SUPPORTING_LEVEL = 1.6;

/** Probability that this person's day uses this value: own days backed off to peers, team or country, organisation. */
export function firstSeenProbability({ baseline, access, peers, trust }: View, attribute: number): number {
  const hash = access.categories[attribute] ?? 0;
  let count = 0;
  let total = 0;
  let distinct = 0;
  for (const category of baseline.habits.categories) {
    if (category.attribute !== attribute) continue;
    total += category.days;
    distinct++;
    if (category.hash === hash) count = category.days;
  }
  const known = total * trust;
  // Peers share data sets, not devices: somebody of whom few days are known has no machine of their own to differ from.
  const parent =
    attribute === DEVICE
      ? Math.max(peers.category(attribute, hash), (1 + known) ** -2)
      : peers.category(attribute, hash);
  return pitmanYor(count * trust, known, distinct * trust, parent);
}

/** Active days on which this person used the access's value. */
export const daysUsed = ({ baseline, access }: View, attribute: number) =>
  baseline.habits.categories.find(
    (category) => category.attribute === attribute && category.hash === access.categories[attribute],
  )?.days ?? 0;

/**
 * A never-used value alone is common among honest people; it counts with the company it keeps:
 * how many protected reads without a ticket use it today, and how sensitive they are.
 */
function rarityInCompany(view: View, attribute: number): number {
  const { access } = view;
  if (!access.protected || !access.allowed) return 0;
  const use = useToday(view, attribute);
  if (!use) return 0;
  const weighted = use.unapproved + 0.25 * (use.reads - use.unapproved);
  const sensitive = access.dataClass !== undefined && MOST_SENSITIVE.has(access.dataClass) ? SENSITIVE_FACTOR : 1;
  // A whole sitting comes from one place on one machine: its length says nothing about them.
  const amount = FOLLOWS_THE_PERSON.has(attribute) ? 1 : 0.5 * Math.log2(1 + weighted);
  return -Math.log10(firstSeenProbability(view, attribute)) * amount * sensitive;
}

/** The running day's accesses with this access's value. */
function useToday({ baseline, access }: View, attribute: number): CategoryUse | undefined {
  const hash = access.categories[attribute] ?? 0;
  if (hash === 0) return undefined;
  return baseline.day.used.find((entry) => entry.attribute === attribute && entry.hash === hash);
}

/** How often the value was used today, where that counts: whoever goes on with it is told of again. */
function goingOn(view: View, attribute: number): string {
  const { access, baseline } = view;
  const use = useToday(view, attribute);
  // One of the day before that came late counts in the day, but is not of today.
  if (!use || use.reads < 2 || FOLLOWS_THE_PERSON.has(attribute) || access.local.day !== baseline.day.day) return '';
  const unapproved = use.unapproved > 0 ? `, ${use.unapproved} about ${access.region} users without a ticket` : '';
  return `; ${use.reads} accesses today${unapproved}`;
}

/** Frequency words beside the number, as analysts know them. */
function rarityAmongPeers({ access, peers }: View, attribute: number): string {
  const probability = peers.category(attribute, access.categories[attribute] ?? NEVER_SEEN);
  if (probability <= peers.category(attribute, NEVER_SEEN)) return 'not seen among peers';
  if (probability < HARDLY_EVER) return 'hardly ever seen among peers';
  return probability > 0.5 ? 'peers use it on most days' : `peers use it on ${oneIn(probability)} days`;
}

/** On how many days this person used the value. One that a full list lacks may have been used, and lost its place there. */
function usageOf(view: View, attribute: number): string {
  const { habits } = view.baseline;
  const days = daysUsed(view, attribute);
  if (days > 0) return `used on ${countOf(days, 'day')} of ${habits.activeDays}`;
  const kept = fullListOf(habits, attribute);
  return kept === undefined ? 'never used before' : `not among the ${kept} used most`;
}

const NOUN: { readonly [attribute in Attribute]: string } = {
  dataset: 'data set',
  store: 'store',
  action: 'kind of action',
  country: 'country',
  device: 'device',
};

function measureOf(attribute: Attribute): Measure {
  const index = ATTRIBUTES.indexOf(attribute);
  return {
    name: `novelty.${attribute}`,
    priorTail: { start: 1.5, slope: 0.6 },
    ownBias: true,
    ...(FOLLOWS_THE_PERSON.has(index) ? { mostLevel: SUPPORTING_LEVEL } : {}),
    strength: (view) => rarityInCompany(view, index),
    explain: (view) => {
      const days = daysUsed(view, index);
      const { activeDays } = view.baseline.habits;
      return {
        observed: days,
        expected: { median: Math.round(activeDays / 2), low: Math.min(1, activeDays), high: activeDays },
        unit: `days with this ${NOUN[attribute]}`,
        text: `${NOUN[attribute]} ${attributeValue(view, attribute)}: ${usageOf(view, index)}; ${rarityAmongPeers(view, index)}${goingOn(view, index)}`,
      };
    },
  };
}

/** A data set, store, kind of action, country or device that is new to this person and rare among peers. */
export const novelty: Signal = {
  name: 'novelty',
  family: 'novelty',
  judges: 'foreign',
  measures: (['dataset', 'store', 'action', 'country', 'device'] as const).map(measureOf),
};
