/** What a figure should be. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** One thing that was measured, once a run. */
export interface Figure {
  /** Under which circumstances, such as `k = 5`. */
  readonly of: string;
  /** What, such as `write units an event`. */
  readonly name: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly goal?: Goal;
}

/** How much is measured. */
export interface Scale {
  /** Less data and fewer runs: to see that it works, not to be quoted. */
  readonly quick: boolean;
  /** How often whatever depends on the machine is measured. */
  readonly runs: number;
}

/** One file below bench/. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, in a sentence. */
  readonly about: string;
  readonly run: (scale: Scale) => Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The smallest value that so large a share of all reaches at most. @param sorted ascending @param share 0 to 1 */
export const quantile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

export const isMet = (value: number, goal: Goal): boolean =>
  'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;

/**
 * Does something several times over, once before without looking: what has just been loaded runs slowly.
 *
 * @returns what each of the runs gave, without the one before
 */
export async function repeat<Value>(runs: number, act: () => Value | Promise<Value>): Promise<readonly Value[]> {
  await act();
  const values: Value[] = [];
  for (let run = 0; run < runs; run++) values.push(await act());
  return values;
}
