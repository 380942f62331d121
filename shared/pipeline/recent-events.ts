const RECENT_KEPT = 16;

/** Whether a baseline remembers that it took an event, or late links, by the hash of it. */
export function isRecent(recent: readonly number[], [high, low]: readonly [high: number, low: number]): boolean {
  for (let i = 0; i < recent.length; i += 2) if (recent[i] === high && recent[i + 1] === low) return true;
  return false;
}

/** What a baseline remembers with one more, the newest first. */
export function withRecent(recent: readonly number[], hash: readonly [high: number, low: number]): readonly number[] {
  const kept = Math.min(recent.length, 2 * (RECENT_KEPT - 1));
  const next = new Array<number>(2 + kept);
  next[0] = hash[0];
  next[1] = hash[1];
  for (let i = 0; i < kept; i++) next[2 + i] = recent[i] ?? 0;
  return next;
}
