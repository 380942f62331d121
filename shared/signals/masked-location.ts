import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

const DAY_MS = 86_400_000;
/** People work through an exit for days on end; nobody is at no place at all for longer than this. */
const LEAST_DAYS_UNSEEN = 7;
/** Active days before somebody's hours are a workplace's. */
const LEAST_ACTIVE_DAYS = 10;
/** Night work is honest work: only with much else is it an alert of its own. */
const MOST_LEVEL = 3;

/** Days since the actor was last at a place that the address tells; all known days where never. */
function daysUnseen({ access, baseline }: View): number {
  const since = baseline.place.country === '' ? baseline.firstDay * DAY_MS : baseline.place.time;
  return Math.max(0, Math.floor((access.time - since) / DAY_MS));
}

/** Somebody of a home country behind an exit that hides where they are. */
const isHidden = ({ access, settings }: View) =>
  access.actorType === 'employee' &&
  access.protected &&
  access.allowed &&
  !access.location.trusted &&
  access.location.network !== undefined &&
  access.location.homeCountry !== undefined &&
  settings.homeCountries.includes(access.location.homeCountry);

/**
 * How much worse the peers' hours fit this person's days than they fit the peers' own: the cross entropy of the two profiles less
 * the peers' entropy, in decades (a Kullback-Leibler divergence up to the own profile's entropy). 0 for the peers' hours, about
 * 1 for nights among people who work by day.
 */
function hoursApart({ baseline, peers }: View): number {
  const { hours } = baseline.habits;
  const own = hours.reduce((sum, days) => sum + days, 0);
  const all = peers.hours.reduce((sum, p) => sum + p, 0);
  if (own === 0 || all === 0) return 0;
  return peers.hours.reduce((sum, p, hour) => {
    const expected = p / all;
    return sum + (expected - (hours[hour] ?? 0) / own) * Math.log10(expected);
  }, 0);
}

/** Weeks behind exits × hours that are another workplace's × how much is read without a ticket. */
const elsewhere: Measure = {
  name: 'masked-location.elsewhere',
  priorTail: { start: 0.5, slope: 1 },
  mostLevel: MOST_LEVEL,
  // It is the same every day as long as it lasts: what is usual for this person is the very point.
  ownBias: false,
  strength: (view) => {
    const unseen = daysUnseen(view);
    if (!isHidden(view) || unseen < LEAST_DAYS_UNSEEN || view.baseline.habits.activeDays < LEAST_ACTIVE_DAYS) return 0;
    const weeks = Math.log2(1 + unseen / LEAST_DAYS_UNSEEN);
    return Math.max(0, hoursApart(view)) * weeks * 0.5 * Math.log2(1 + view.baseline.sitting.unapproved);
  },
  explain: (view) => {
    const { access, baseline } = view;
    const unseen = daysUnseen(view);
    const place = baseline.place.country === '' ? 'ever' : `for ${countOf(unseen, 'day')}`;
    return {
      observed: unseen,
      expected: { median: 0, low: 0, high: LEAST_DAYS_UNSEEN },
      unit: 'days without a place that the address tells',
      text: `only ${access.location.network?.label} and not one address in ${access.location.homeCountry} ${place}, at hours that ${access.peerGroup} does not work`,
    };
  },
};

/** A workplace abroad behind an exit at home: never at a place of the own country, and at another part of the world's hours. */
export const maskedLocation: Signal = {
  name: 'masked-location',
  family: 'account',
  judges: 'everyone',
  measures: [elsewhere],
};
