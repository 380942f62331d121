import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

/** Days of the peers' profile that count beside the actor's own. */
const PEER_DAYS = 4;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/**
 * Probability that an active day of this person has an access around this local hour, and how usual the weekday is, 0 to 1.
 * The hour takes half of its neighbours' days: nobody comes at the same minute every day.
 */
function habitAt({ baseline, access, peers, trust }: View): { readonly hourly: number; readonly daily: number } {
  const { hours, weekdays, activeDays } = baseline.habits;
  const { hour, weekday } = access.local;
  const days = activeDays * trust;
  const smoothed = (of: readonly number[], per: number) => {
    const rate = (at: number) => (of[at % 24] ?? 0) / per;
    return Math.min(1, rate(hour) + 0.5 * (rate(hour + 23) + rate(hour + 1)));
  };
  const ownRate = smoothed(hours, Math.max(activeDays, 1));
  const hourly = (days * ownRate + PEER_DAYS * smoothed(peers.hours, 1)) / (days + PEER_DAYS);
  const daily = (trust * (weekdays[weekday] ?? 0) + PEER_DAYS * (peers.weekdays[weekday] ?? 0)) / (days + PEER_DAYS);
  return { hourly, daily: Math.min(1, 7 * daily) };
}

/** Both together. On call during an incident: where colleagues work at hours that are unusual for them, so does anybody. */
export function hourProbability(view: View): number {
  const { hourly, daily } = habitAt(view);
  return Math.max(hourly * daily, view.shock.unusualHours);
}

const hour: Measure = {
  name: 'odd-hours.hour',
  priorTail: { start: 1.5, slope: 0.6 },
  ownBias: true,
  strength: (view) => {
    const { access, baseline } = view;
    if (!access.protected || !access.allowed) return 0;
    const { unapproved, protectedReads } = baseline.sitting;
    const weighted = unapproved + 0.25 * (protectedReads - unapproved);
    return -Math.log10(Math.max(hourProbability(view), 1e-6)) * Math.log2(1 + weighted) * 0.5;
  },
  explain: (view) => {
    const { hours, weekdays, activeDays } = view.baseline.habits;
    const { hour, weekday } = view.access.local;
    const { hourly, daily } = habitAt(view);
    // The zone is the directory's: wherever somebody travels, and UTC for whom it doesn't know.
    const clock = view.access.known ? 'home time' : 'UTC';
    const habit =
      daily < hourly
        ? `active on ${WEEKDAYS[weekday]}s on ${weekdays[weekday] ?? 0}`
        : `active at that hour on ${hours[hour] ?? 0}`;
    return {
      observed: hour,
      expected: usualHours(activeDays > 0 ? hours : view.peers.hours),
      unit: 'hour of day',
      text: `${countOf(view.baseline.sitting.protectedReads, 'read')} around ${String(hour).padStart(2, '0')}:00 ${clock} on a ${WEEKDAYS[weekday]}; ${habit} of ${countOf(activeDays, 'day')}`,
    };
  },
};

/** The hours between which nine tenths of the active hours lie, a person's or the peers'; midnight cuts the circle. */
function usualHours(hours: readonly number[]): { median: number; low: number; high: number } {
  const total = hours.reduce((sum, count) => sum + count, 0);
  const at = (share: number) => {
    let sum = 0;
    for (let hour = 0; hour < 24; hour++) {
      sum += hours[hour] ?? 0;
      if (sum >= share * total) return hour;
    }
    return 23;
  };
  return { median: at(0.5), low: at(0.05), high: at(0.95) };
}

/** Work at an hour or on a weekday on which neither this person nor the peers usually work. */
export const oddHours: Signal = { name: 'odd-hours', family: 'time', judges: 'foreign', measures: [hour] };
