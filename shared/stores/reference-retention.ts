import type { ReferenceSeries } from './ports.ts';

/**
 * How many milliseconds a stamp of a series and the value it names are kept after a later stamp superseded them. The
 * newest stamp is kept for ever, and so is everything of a series that isn't listed. List only series whose values
 * nothing else refers to: a snapshot names the directory and networks in force, so these outlive their own series.
 */
export type ReferenceRetention = { readonly [series in ReferenceSeries]?: number };

const DAY = 86_400_000;

/** Eight days: the stream keeps seven, and a record is scored with a snapshot from before its arrival. */
export const DEFAULT_RETENTION: ReferenceRetention = { snapshot: 8 * DAY };

/** @throws RangeError when a stamp can't be ordered: not whole, negative or beyond 2^53 */
export function checkStamp(stamp: number): void {
  if (!Number.isSafeInteger(stamp) || stamp < 0) throw new RangeError(`${stamp} is no stamp: whole epoch milliseconds`);
}
