import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, but not beyond the signal: an aborted wait ends early and is no error. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
