import type { AccessEvent } from '../model/access-event.ts';
import { chance, logNormal, type Random } from './random.ts';
import { HOUR, MINUTE, SECOND } from './wall-clock.ts';

/** An event as it reaches the stream. */
export interface Delivery {
  /** Epoch milliseconds. */
  readonly arrival: number;
  readonly event: AccessEvent;
}

/** By access: a collector that was cut off sends hours later; a producer that got no answer sends again. */
const LATE = 0.003;
const DOUBLED = 0.002;
const LATEST = 4 * HOUR;

/**
 * When an access reaches the stream: mostly within two seconds, so that people's events overtake one another.
 *
 * @param time of the access, epoch milliseconds
 * @returns one arrival, or two of the same access
 */
export function arrivalsOf(random: Random, time: number): readonly number[] {
  const delay = chance(random, LATE)
    ? 5 * MINUTE + LATEST * random()
    : Math.min(MINUTE, logNormal(random, 0.6 * SECOND, 0.9));
  const first = time + Math.ceil(delay);
  return chance(random, DOUBLED) ? [first, first + Math.ceil(90 * SECOND * random())] : [first];
}
