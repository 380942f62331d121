import type { Contribution } from './fold-groups.ts';

const WINDOW_MS = 28 * 86_400_000;
/** Attacks are told of again and again; what ordinary days cost must not follow them far. */
const MOST_COUNTED = 2;
/** Cases told once that stand for the time before there were any. */
const ASSUMED_CASES = 10;

/**
 * How often people were told of one case, on average over everybody's latest case of the last four weeks.
 *
 * @param now epoch milliseconds of the fold
 * @returns from 1 to 2
 */
export function tellingsPerCase(contributions: readonly Contribution[], now: number): number {
  let cases = ASSUMED_CASES;
  let tellings = ASSUMED_CASES;
  for (const { baseline } of contributions) {
    const { episode } = baseline;
    if (!episode || now - episode.openedAt > WINDOW_MS) continue;
    cases++;
    tellings += Math.min(episode.revision, MOST_COUNTED);
  }
  return tellings / cases;
}
