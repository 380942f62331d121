import type { Alert } from '../model/alert.ts';
import type { AlertDigest } from '../model/alert-digest.ts';
import type { AlertTopic } from './ports.ts';

/** A topic in memory, for tests and for one process. */
export interface MemoryAlertTopic extends AlertTopic {
  /** Everything published so far, oldest first. */
  readonly published: () => readonly Alert[];
  readonly digests: () => readonly AlertDigest[];
}

export function createMemoryAlertTopic(): MemoryAlertTopic {
  const published: Alert[] = [];
  const digests: AlertDigest[] = [];
  return {
    publish: async (alert) => {
      published.push(structuredClone(alert));
    },
    publishDigest: async (digest) => {
      digests.push(structuredClone(digest));
    },
    published: () => [...published],
    digests: () => [...digests],
  };
}
