import type { Day, Sitting } from './baseline.ts';

/** A window of an actor that closed while people were alerted about it: kept aside until the case has its verdict. */
export type HeldWindow =
  | { readonly kind: 'sitting'; readonly sitting: Sitting }
  | { readonly kind: 'day'; readonly day: Day };

/** Windows of one actor that wait for the verdict on one case. */
export interface HeldWindows {
  readonly alertId: string;
  readonly windows: readonly HeldWindow[];
}

/** Tells an actor's windows apart: folding the same events again closes the same ones. */
export const heldWindowName = (window: HeldWindow): string =>
  window.kind === 'sitting' ? `s${window.sitting.start}` : `d${window.day.day}`;

/** When a window ended, epoch milliseconds; of a day, about. */
export const heldWindowTime = (window: HeldWindow): number =>
  window.kind === 'sitting' ? window.sitting.last : (window.day.day + 1) * 86_400_000;

/** Adds to windows of one case those that aren't among them yet. */
export function joinWindows(windows: readonly HeldWindow[], more: readonly HeldWindow[]): readonly HeldWindow[] {
  return [...new Map([...windows, ...more].map((window) => [heldWindowName(window), window])).values()];
}
