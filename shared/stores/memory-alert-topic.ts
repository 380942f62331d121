import type { Alert } from '../model/alert.ts';
import type { AlertTopic } from './ports.ts';

/** A topic in memory, for tests and for one process. */
export interface MemoryAlertTopic extends AlertTopic {
  /** Everything published so far, oldest first. */
  readonly published: () => readonly Alert[];
}

export function createMemoryAlertTopic(): MemoryAlertTopic {
  const published: Alert[] = [];
  return {
    publish: async (alert) => {
      published.push(structuredClone(alert));
    },
    published: () => [...published],
  };
}
