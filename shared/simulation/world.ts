import type { Occasion } from './occasions.ts';
import type { Person } from './people.ts';

/** What is fixed about a simulated company before its first access: everything else follows from it and the seed. */
export interface World {
  readonly seed: number;
  /** Midnight UTC of the first day, epoch milliseconds. */
  readonly start: number;
  /** Midnight UTC after the last day. */
  readonly end: number;
  readonly days: number;
  readonly staff: readonly Person[];
  /** The out-of-the-ordinary but honest, by person's index. */
  readonly occasions: ReadonlyMap<number, readonly Occasion[]>;
}
