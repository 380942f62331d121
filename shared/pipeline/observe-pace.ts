import type { Access } from '../model/access.ts';
import type { Pace } from '../model/baseline.ts';

/** Clocks that tell whole seconds must not make a quick hand look like a machine: shorter gaps count as one second. */
const SHORTEST_GAP_SECONDS = 1;
const COUNT_BITS = 64;

const START: Pace = {
  lookups: 0,
  last: 0,
  meanLogGap: 0,
  squaredLogGaps: 0,
  adjacent: 0,
  successor: 0,
  seen: [0, 0],
};

/** Whether an access is about one protected user who is named: the kind whose rhythm tells a hand from a loop. */
const isSingle = ({ allowed, subjectHashes, subjectCount = 1 }: Access) =>
  allowed && subjectHashes.length === 1 && subjectCount === 1;

/** Adds an access to a sitting's rhythm; mean and squares of ln(gap) by Welford's recurrence. */
export function observePace(pace: Pace | undefined, access: Access): Pace | undefined {
  const [subject] = access.subjectHashes;
  if (!isSingle(access) || subject === undefined) return pace;
  const before = pace ?? START;
  const gaps = before.lookups;
  const logGap = Math.log(Math.max(SHORTEST_GAP_SECONDS, Math.abs(access.time - before.last) / 1000));
  const deviation = logGap - before.meanLogGap;
  const mean = gaps === 0 ? 0 : before.meanLogGap + deviation / gaps;
  const [high, low] = before.seen;
  const bucket = Number.parseInt(subject.slice(8, 10), 16) % COUNT_BITS;
  return {
    lookups: before.lookups + 1,
    last: Math.max(before.last, access.time),
    meanLogGap: Math.fround(mean),
    squaredLogGaps: gaps === 0 ? 0 : Math.fround(before.squaredLogGaps + deviation * (logGap - mean)),
    adjacent: before.adjacent + (before.successor !== 0 && before.successor === firstBits(subject) ? 1 : 0),
    successor: access.successorHash === undefined ? 0 : firstBits(access.successorHash),
    seen: bucket < 32 ? [high, (low | (1 << bucket)) >>> 0] : [(high | (1 << (bucket - 32))) >>> 0, low],
  };
}

const firstBits = (hash: string) => Number.parseInt(hash.slice(0, 8), 16);

/**
 * How many distinct users a sitting's rhythm has seen, roughly, by linear counting.
 *
 * @see Whang, Vander-Zanden & Taylor, ACM TODS 15(2), 1990
 */
export function distinctSubjects({ lookups, seen }: Pace): number {
  const ones = seen.reduce((sum, word) => sum + bitsIn(word), 0);
  const estimate = ones === COUNT_BITS ? lookups : COUNT_BITS * Math.log(COUNT_BITS / (COUNT_BITS - ones));
  return Math.min(lookups, estimate);
}

function bitsIn(word: number): number {
  let bits = 0;
  for (let rest = word; rest !== 0; rest = (rest & (rest - 1)) >>> 0) bits++;
  return bits;
}
