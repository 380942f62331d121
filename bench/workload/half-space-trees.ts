/** A stream's anomaly scorer: the higher a score, the more of what came before looked like this. */
export interface HalfSpaceTrees {
  /** Scores a point by the last whole window and takes it into the running one. @param point coordinates from 0 to 1 */
  readonly scoreAndLearn: (point: readonly number[]) => number;
}

const TREES = 25;
const HEIGHT = 15;
const WINDOW = 250;
/** Nodes with no more mass end a descent: a tenth of a window. */
const SIZE_LIMIT = 0.1 * WINDOW;

/**
 * Half-space trees: random halvings of the space, the mass of each half counted by windows of the stream, and a point's score the sum
 * of mass × 2^depth where its descent ends (Tan, Ting and Liu, "Fast Anomaly Detection for Streaming Data", IJCAI 2011: 25 trees
 * of height 15, windows of 250). Written for comparison only: one model of everybody, no explanation, nothing stored.
 *
 * @param random uniform numbers from 0 to 1
 */
export function createHalfSpaceTrees(dimensions: number, random: () => number): HalfSpaceTrees {
  const trees = Array.from({ length: TREES }, () => plant(dimensions, random));
  let seen = 0;
  return {
    scoreAndLearn: (point) => {
      let sum = 0;
      for (const { dimension, split, reference, latest } of trees) {
        let node = 0;
        let score = 0;
        for (let depth = 0; depth <= HEIGHT; depth++) {
          latest[node] = (latest[node] ?? 0) + 1;
          // Where the descent has ended for the score, it goes on for the mass.
          if (score === 0 && ((reference[node] ?? 0) <= SIZE_LIMIT || depth === HEIGHT))
            score = (reference[node] ?? 0) * 2 ** depth;
          if (depth < HEIGHT) node = 2 * node + ((point[dimension[node] ?? 0] ?? 0) < (split[node] ?? 0) ? 1 : 2);
        }
        sum += score;
      }
      if (++seen % WINDOW === 0) {
        for (const { reference, latest } of trees) {
          reference.set(latest);
          latest.fill(0);
        }
      }
      return sum;
    },
  };
}

/** One tree: each inner node halves the range of a dimension drawn at random; the ranges differ from tree to tree. */
function plant(dimensions: number, random: () => number) {
  const inner = 2 ** HEIGHT - 1;
  const dimension = new Uint8Array(inner);
  const split = new Float64Array(inner);
  const grow = (node: number, low: readonly number[], high: readonly number[]) => {
    if (node >= inner) return;
    const chosen = Math.floor(random() * dimensions);
    const middle = ((low[chosen] ?? 0) + (high[chosen] ?? 0)) / 2;
    dimension[node] = chosen;
    split[node] = middle;
    grow(2 * node + 1, low, high.with(chosen, middle));
    grow(2 * node + 2, low.with(chosen, middle), high);
  };
  const middles = Array.from({ length: dimensions }, () => random());
  const reach = middles.map((middle) => 2 * Math.max(middle, 1 - middle));
  grow(
    0,
    middles.map((middle, i) => middle - (reach[i] ?? 0)),
    middles.map((middle, i) => middle + (reach[i] ?? 0)),
  );
  const nodes = 2 * inner + 1;
  return { dimension, split, reference: new Uint32Array(nodes), latest: new Uint32Array(nodes) };
}
