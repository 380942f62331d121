import type { Alert } from '../model/alert.ts';
import { deduplicationId } from './alert-message.ts';
import type { AlertQueue } from './ports.ts';

/** SQS forgets a deduplication id after five minutes. */
const DEDUPLICATION_MILLISECONDS = 300_000;

/** A queue in memory, for replay and tests. */
export interface MemoryAlertQueue extends AlertQueue {
  /** Takes everything that is queued, oldest first. */
  readonly drain: () => readonly Alert[];
}

/**
 * @param now epoch milliseconds; simulated time in a replay
 */
export function createMemoryAlertQueue(now: () => number): MemoryAlertQueue {
  const sentAt = new Map<string, number>();
  let queued: Alert[] = [];
  return {
    send: async (alerts) => {
      const time = now();
      for (const [id, at] of sentAt) if (time - at >= DEDUPLICATION_MILLISECONDS) sentAt.delete(id);
      for (const alert of alerts) {
        const id = deduplicationId(alert);
        if (sentAt.has(id)) continue;
        sentAt.set(id, time);
        queued.push(structuredClone(alert));
      }
    },
    drain: () => {
      const taken = queued;
      queued = [];
      return taken;
    },
  };
}
