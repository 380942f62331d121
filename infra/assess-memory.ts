/** What a fold has. Processor time comes with it: one whole processor. */
export const ASSESS_MEGABYTES = 1769;

/**
 * Node's own share of it. Without a word about it, Lambda gives new objects a twentieth of a function's memory, twice, and old ones nine
 * tenths (the runtime's `bootstrap`, where NODE_OPTIONS names neither). A fold reads pages that are dropped at once: with so much room for
 * new objects, one of 100,000 employees takes up to 800 MiB, with 8 it takes 400 (docs/decisions/0011).
 */
export const ASSESS_NODE_OPTIONS = `--max-semi-space-size=8 --max-old-space-size=${Math.floor(0.9 * ASSESS_MEGABYTES)}`;
