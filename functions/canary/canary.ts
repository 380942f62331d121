import type { KeyObject } from 'node:crypto';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { canaryEvent } from '../../shared/pipeline/canary.ts';

/** What `canary` works with. */
export interface CanaryPorts {
  readonly key: () => Promise<KeyObject>;
  /** @throws when the stream doesn't take it */
  readonly put: (event: AccessEvent) => Promise<void>;
  /** The addresses that mail of the alert topic reaches. */
  readonly confirmedMailboxes: () => Promise<readonly string[]>;
  /** The addresses that the stage's configuration names. */
  readonly configuredMailboxes: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly count: (metric: string, value: number) => void;
}

/**
 * Puts an access on the stream whose alert must come out, and looks whether mail would reach everybody that it should. The
 * two stand for themselves: the first error is thrown when both were tried.
 */
export async function canary(ports: CanaryPorts): Promise<void> {
  const results = await Promise.allSettled([sing(ports), countMailboxes(ports)]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function sing({ key, put, now, count }: CanaryPorts): Promise<void> {
  await put(canaryEvent(await key(), now()));
  count(METRICS.canarySent, 1);
}

async function countMailboxes({ confirmedMailboxes, configuredMailboxes, count }: CanaryPorts): Promise<void> {
  const confirmed = new Set(await confirmedMailboxes());
  count(METRICS.mailUnconfirmed, configuredMailboxes.filter((address) => !confirmed.has(address)).length);
}
