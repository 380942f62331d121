import type { KeyObject } from 'node:crypto';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { canaryEvent } from '../../shared/pipeline/canary.ts';

/** What `canary` works with. */
export interface CanaryPorts {
  readonly key: () => Promise<KeyObject>;
  /** @throws when the stream doesn't take it */
  readonly put: (event: AccessEvent) => Promise<void>;
  /** How many mail subscriptions of the alert topic are confirmed. */
  readonly confirmedMailboxes: () => Promise<number>;
  /** How many addresses the stage's configuration names. */
  readonly configuredMailboxes: number;
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
  count(METRICS.mailUnconfirmed, Math.max(0, configuredMailboxes - (await confirmedMailboxes())));
}
