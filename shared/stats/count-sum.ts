/**
 * The sum of two counts, as large as a whole number can be held exactly: a sum of what many producers claim stops there, and
 * what is stored stays a count.
 */
export const addCounts = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);
