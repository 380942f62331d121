import { hash32 } from '../stats/hash64.ts';
import type { CategoryUse, Day, DayMaxima, Sitting } from './baseline.ts';

/** What learning reads of a sitting, and when it was, by which it is known: what is held says no more of anybody than it has to. */
export type LearnedSitting = Pick<Sitting, 'start' | 'last' | 'reads' | 'subjects' | 'protectedReads'>;
/** Likewise of a day. */
export interface LearnedDay
  extends Pick<Day, 'day' | 'reads' | 'protectedReads' | 'protectedSubjects' | 'hours' | 'weekday'> {
  readonly used: readonly Pick<CategoryUse, 'attribute' | 'hash'>[];
  readonly maxima: Pick<DayMaxima, 'population' | 'strengths'>;
}

/** A window of an actor that closed while people were alerted about it: kept aside until the case has its verdict. */
export type HeldWindow =
  | { readonly kind: 'sitting'; readonly sitting: LearnedSitting }
  | { readonly kind: 'day'; readonly day: LearnedDay };

export const heldSitting = ({ start, last, reads, subjects, protectedReads }: LearnedSitting): HeldWindow => ({
  kind: 'sitting',
  sitting: { start, last, reads, subjects, protectedReads },
});

export function heldDay(of: LearnedDay): HeldWindow {
  const { day, reads, protectedReads, protectedSubjects, hours, weekday, used, maxima } = of;
  return {
    kind: 'day',
    day: {
      day,
      reads,
      protectedReads,
      protectedSubjects,
      hours,
      weekday,
      used: used.map(({ attribute, hash }) => ({ attribute, hash })),
      maxima: { population: maxima.population, strengths: maxima.strengths },
    },
  };
}

/** Windows of one actor that wait for the verdict on one case. */
export interface HeldWindows {
  readonly alertId: string;
  readonly windows: readonly HeldWindow[];
}

/** Tells an actor's windows apart, and what they hold: folding the same events again closes the same ones. */
export function heldWindowName(window: HeldWindow): string {
  const [name, contents] =
    window.kind === 'sitting'
      ? [`s${window.sitting.start}`, ofSitting(window.sitting)]
      : [`d${window.day.day}`, ofDay(window.day)];
  return `${name}-${hash32(contents.join(' ')).toString(16).padStart(8, '0')}`;
}

const ofSitting = ({ last, reads, subjects, protectedReads }: LearnedSitting) => [
  last,
  reads,
  subjects,
  protectedReads,
];
const ofDay = ({ reads, protectedReads, protectedSubjects, hours, weekday, used, maxima }: LearnedDay) => [
  reads,
  protectedReads,
  protectedSubjects,
  hours,
  weekday,
  ...used.map(({ attribute, hash }) => `${attribute}:${hash}`),
  maxima.population,
  ...maxima.strengths,
];

/** What a baseline remembers of a window that waits: 32 bits that no other window of its cases has, but for chance. */
export const heldWindowMark = (alertId: string, window: HeldWindow): number =>
  hash32(`${alertId} ${heldWindowName(window)}`);

/** When a window ended, epoch milliseconds; of a day, about. */
export const heldWindowTime = (window: HeldWindow): number =>
  window.kind === 'sitting' ? window.sitting.last : (window.day.day + 1) * 86_400_000;

/** Adds to windows of one case those that aren't among them yet. */
export function joinWindows(windows: readonly HeldWindow[], more: readonly HeldWindow[]): readonly HeldWindow[] {
  return [...new Map([...windows, ...more].map((window) => [heldWindowName(window), window])).values()];
}
