import { DELIVERIES } from '../../functions/notify/retry-soon.ts';
import { batchItemFailures } from '../../infra/local/batch-outcome.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { alertJson, deduplicationId } from '../../shared/stores/alert-message.ts';
import type { Agenda } from './agenda.ts';
import type { Ending } from './invocations.ts';

/** What a queue delivers. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
}

export interface QueuePorts {
  /** Runs the function on messages. @param ended told once */
  readonly invoke: (
    messages: readonly Message[],
    ended: (ending: Ending<unknown>, next: AfterMessages) => void,
  ) => void;
  /** Whether messages become visible again while the function runs. */
  readonly isVisibleEarly: () => boolean;
}

export interface AfterMessages {
  /** Whether what succeeded is deleted, as it should be. */
  readonly deleted: boolean;
}

/**
 * A FIFO queue with one message group and the mapping behind it, on simulated time. A repeated deduplication id is dropped for
 * five minutes; while messages of the group are in flight no others are given out; what isn't deleted becomes visible again
 * after the time-out and goes to the dead-letter queue after so many deliveries (Amazon SQS Developer Guide, "FIFO queue key terms",
 * "Visibility timeout", and Lambda Developer Guide, "Handling errors for an SQS event source").
 */
export interface QueueModel {
  /** Takes the first so many alerts. */
  readonly send: (alerts: readonly Alert[]) => void;
  readonly idle: () => boolean;
  /** How many messages wait to be received. */
  readonly waiting: () => number;
  /** Puts dead letters back on the queue, as an operator does. @returns how many */
  readonly redrive: () => number;
}

const DEDUPLICATION_MS = 300_000;
/** Six times the time-out of `notify`. */
const VISIBILITY_MS = 360_000;
const EARLY_MS = 2_000;
const MESSAGES_A_BATCH = 10;

interface Queued extends Message {
  receives: number;
  invisibleUntil: number;
}

export function createQueueModel(agenda: Agenda, ports: QueuePorts): QueueModel {
  const sentAt = new Map<string, number>();
  let waiting: Queued[] = [];
  let deadLetters: Queued[] = [];
  let sent = 0;

  const deliver = () => {
    const now = agenda.now();
    const inFlight = waiting.filter(({ invisibleUntil }) => invisibleUntil > now);
    if (inFlight.length > 0) {
      agenda.at(Math.min(...inFlight.map(({ invisibleUntil }) => invisibleUntil)), deliver);
      return;
    }
    deadLetters = [...deadLetters, ...waiting.filter(({ receives }) => receives >= DELIVERIES)];
    waiting = waiting.filter(({ receives }) => receives < DELIVERIES);
    const batch = waiting.slice(0, MESSAGES_A_BATCH);
    if (batch.length === 0) return;
    const invisibleUntil = now + (ports.isVisibleEarly() ? EARLY_MS : VISIBILITY_MS);
    for (const message of batch) {
      message.receives++;
      message.invisibleUntil = invisibleUntil;
    }
    agenda.at(invisibleUntil, deliver);
    const receives = new Map(batch.map((message) => [message.messageId, message.receives]));
    ports.invoke(batch, (ending, { deleted }) => {
      if (deleted) {
        const done = succeeded(batch, ending);
        // A message that was received again is no longer this invocation's to delete.
        waiting = waiting.filter(
          ({ messageId, receives: latest }) => !done.has(messageId) || latest !== receives.get(messageId),
        );
      }
      deliver();
    });
  };

  return {
    send: (alerts) => {
      const now = agenda.now();
      for (const alert of alerts) {
        const id = deduplicationId(alert);
        const before = sentAt.get(id);
        if (before !== undefined && now - before < DEDUPLICATION_MS) continue;
        sentAt.set(id, now);
        waiting.push({ messageId: `m-${sent++}`, body: alertJson(alert), receives: 0, invisibleUntil: 0 });
      }
      agenda.at(now + 1, deliver);
    },
    idle: () => waiting.length === 0 && deadLetters.length === 0,
    waiting: () => waiting.filter(({ invisibleUntil }) => invisibleUntil <= agenda.now()).length,
    redrive: () => {
      const moved = deadLetters.length;
      waiting.push(...deadLetters.map((letter) => ({ ...letter, receives: 0, invisibleUntil: 0 })));
      deadLetters = [];
      if (moved > 0) agenda.at(agenda.now() + 1, deliver);
      return moved;
    },
  };
}

/** What is deleted: nothing after a failure, all but what was reported otherwise. */
function succeeded(batch: readonly Message[], ending: Ending<unknown>): ReadonlySet<string> {
  const failures = ending.kind === 'returned' ? batchItemFailures(ending.value) : undefined;
  if (failures === undefined) return new Set();
  const known = new Set(batch.map(({ messageId }) => messageId));
  if (failures.some((identifier) => !known.has(identifier))) return new Set();
  for (const identifier of failures) known.delete(identifier);
  return known;
}
