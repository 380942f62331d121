import type { Random } from '../../shared/simulation/random.ts';

/**
 * When a process is to be killed, at random and the same for the same source. A moment is a request of it and a side of that
 * request: before the service has heard it, or after the service did as it was asked and before the process knows. All that a
 * process does to the world happens between two such moments.
 */
export interface SeededKills {
  /** To be asked at each request: on which side of it the process dies, if it does. */
  readonly strike: () => 'before' | 'after' | undefined;
  readonly done: () => number;
}

/** @param requestsBetween at most so many from one kill to the next */
export function seededKills(random: Random, count: number, requestsBetween: number): SeededKills {
  const nextGap = () => 1 + Math.floor(random() * requestsBetween);
  let done = 0;
  let left = nextGap();
  return {
    done: () => done,
    strike: () => {
      if (done === count || --left > 0) return undefined;
      left = nextGap();
      done++;
      return random() < 0.5 ? 'before' : 'after';
    },
  };
}
