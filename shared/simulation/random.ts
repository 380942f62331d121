/** Uniform numbers in [0, 1), one a call. */
export type Random = () => number;

/** A one-to-one map of the 32-bit numbers that looks random (MurmurHash3's finaliser, Appleby 2011). */
export function scramble(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A source of its own for every combination of keys, so that any person's any day can be made at any time, in any order,
 * and comes out the same. Generator: sfc32 (Doty-Humphrey, PractRand), 128 bits of state.
 *
 * @param keys whole numbers: the seed, which part of the simulation asks, and for what
 */
export function randomSource(...keys: readonly number[]): Random {
  let a = 0x2545f491;
  let b = 0x6a09e667;
  let c = 0x3c6ef372;
  let counter = 1;
  for (const key of keys) {
    a = scramble(a ^ key);
    b = scramble((b + a) | 0);
    c = scramble((c ^ b) + 0x510e527f);
  }
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warmUp = 0; warmUp < 8; warmUp++) next();
  return next;
}

export const chance = (random: Random, probability: number): boolean => random() < probability;

/** A whole number from 0 to `limit` − 1. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** @throws RangeError when there is nothing to pick from */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Standard normal, by Box and Muller; the second value of the pair is thrown away to keep the source without memory. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** @param spread standard deviation of the logarithm */
export const logNormal = (random: Random, median: number, spread: number): number =>
  median * Math.exp(spread * normal(random));

/** Mean `shape`, variance `shape`; for shapes of at least 1 (Marsaglia and Tsang 2000), below that by its boost. */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Between 0 and 1. @param concentration larger is closer to the mean */
export function beta(random: Random, mean: number, concentration: number): number {
  const one = gamma(random, mean * concentration);
  return one / (one + gamma(random, (1 - mean) * concentration));
}

/** Knuth's product for the small means of sittings a day; above 30 a rounded normal. */
export function poisson(random: Random, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** Counts with a longer tail than Poisson's. @param shape smaller is burstier */
export const negativeBinomial = (random: Random, mean: number, shape: number): number =>
  poisson(random, (mean * gamma(random, shape)) / shape);

/** Items with the upper ends of their shares of [0, 1). */
export interface Weighted<Item> {
  readonly items: readonly Item[];
  readonly ceilings: readonly number[];
}

/** @param shares items with positive weights, in any unit */
export function weigh<Item>(shares: readonly (readonly [Item, number])[]): Weighted<Item> {
  const total = shares.reduce((sum, [, weight]) => sum + weight, 0);
  let reached = 0;
  const ceilings = shares.map(([, weight]) => {
    reached += weight / total;
    return reached;
  });
  return { items: shares.map(([item]) => item), ceilings };
}

/** @throws RangeError when the table is empty */
export function draw<Item>(random: Random, table: Weighted<Item>): Item {
  const at = random();
  const found = table.ceilings.findIndex((ceiling) => at < ceiling);
  const item = table.items[found < 0 ? table.items.length - 1 : found];
  if (item === undefined) throw new RangeError('nothing to draw from');
  return item;
}
