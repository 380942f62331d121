/** How often `assess` folds on simulated time: every five minutes, as in a deployment, would cost more than detecting. */
export const SIMULATED_FOLD_EVERY_MS = 60 * 60_000;
/** A snapshot scores events that arrive at least this long after it became visible. */
export const SNAPSHOT_DELAY_MS = 10 * 60_000;
/**
 * Settings take effect this long after they were published. `assess` looks for changes every minute and publishing takes seconds, so
 * what is changed now judges what arrives two minutes from now.
 */
export const SETTINGS_DELAY_MS = 45_000;
/** Stamps of settings are asked for in such steps, so that one look-up serves all events that arrive within one. */
export const SETTINGS_STEP_MS = 10_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The newest stamp that may score an event: whole minutes, so that one look-up serves all events that arrive within one.
 *
 * @param arrival epoch milliseconds, fixed in the stream: a redelivered event is scored with the same snapshot
 */
export const snapshotCut = (arrival: number): number =>
  Math.floor((arrival - SNAPSHOT_DELAY_MS) / MINUTE_MS) * MINUTE_MS;

/** The newest stamp of settings that may judge an event, likewise, but in smaller steps: people wait for it. */
export const settingsCut = (arrival: number): number =>
  Math.floor((arrival - SETTINGS_DELAY_MS) / SETTINGS_STEP_MS) * SETTINGS_STEP_MS;

/** The fold before the first event, which puts directory, networks and settings in force. */
export const firstFoldBefore = (time: number): number =>
  Math.floor(time / SIMULATED_FOLD_EVERY_MS) * SIMULATED_FOLD_EVERY_MS - SIMULATED_FOLD_EVERY_MS;

/**
 * When `assess` folds between two arrivals: at the first boundary after anything changed, and at noon UTC, when a day is over
 * everywhere. Other boundaries would publish what is published already.
 *
 * @param last stamp of the last fold @param arrival epoch milliseconds @param changed whether an event was applied since `last`
 */
export function foldsDue(last: number, arrival: number, changed: boolean): readonly number[] {
  const due: number[] = [];
  let pending = changed;
  for (let at = last + SIMULATED_FOLD_EVERY_MS; at <= arrival; at += SIMULATED_FOLD_EVERY_MS) {
    if (!pending && at % DAY_MS !== DAY_MS / 2) continue;
    due.push(at);
    pending = false;
  }
  return due;
}
