/** So long after it was noted a link is kept: what comes a day late is joined even where nothing was joined for another two. */
export const LINKS_KEPT_MS = 3 * 24 * 3_600_000;

/** When it was noted is not older than this when a note can be read. */
export const NOTED_WITHIN_MS = 30_000;

/**
 * A look can be read in the log within this after it asked, or else it asks again, strongly consistent. So whoever joins refusals this
 * long after they were noted, and `LAG_MS` more, finds every look that didn't see them.
 */
export const LOOK_NOTED_WITHIN_MS = 5_000;
/** For clocks of functions, which Amazon Time Sync keeps within milliseconds, and for reads that are not strongly consistent. */
export const LAG_MS = 10_000;

/** As text, digits sort as numbers only at one length: 13 are enough until 2286. @param time epoch milliseconds */
export const timeKey = (time: number): string => String(Math.max(0, Math.floor(time))).padStart(13, '0');
/** When an item was noted. */
export const timeOfKey = (key: string): number => Number.parseInt(key, 10);

const HOUR_MS = 3_600_000;
/** The hour of a look, since 1970. */
export const hourOf = (time: number): number => Math.floor(time / HOUR_MS);
