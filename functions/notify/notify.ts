import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../../shared/model/alert.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { CaseStore } from '../../shared/stores/ports.ts';
import { remind } from './remind.ts';
import { type TellPorts, tellOrHold } from './tell.ts';

/** What `notify` works with. A batch's counts say 0 where nothing happened, so that silence means that it didn't run. */
export interface NotifyPorts extends TellPorts {
  readonly cases: Pick<
    CaseStore,
    'get' | 'storeRevision' | 'untold' | 'markNotified' | 'markReminded' | 'open' | 'probe'
  >;
  /** Keeps a message that is no alert, under its id. */
  readonly deadLetter: (message: string, messageId: string) => Promise<void>;
  /** Notes how long something took, milliseconds. @default it is not noted */
  readonly measure?: (metric: string, milliseconds: number) => void;
}

/** The part of a queue's record that matters here. */
export type QueuedRecord = Pick<SQSRecord, 'messageId' | 'body'>;
type QueuedAlert = { readonly messageId: string; readonly alert: Alert };

/**
 * Tells people of the alerts in a batch: stores each revision, publishes what is untold, then notes that it was told.
 * Stopping anywhere repeats and never loses, since only the last step makes a case look told, and it follows the
 * publication; until then the queue delivers again, the next batch tells what this one left, or `assess` finds it.
 *
 * What is published is the highest revision stored, once, whichever record brought it: a revision sums up its whole
 * episode, so the ones it overtook say nothing that it doesn't. A late lower revision therefore tells nobody anything.
 *
 * All records are stored before any is told: while the topic is down, analysts already see the cases, and `assess` knows
 * of them even if the queue gives up. In a flood, storing is all that happens to a record at first: see `tellOrHold`.
 *
 * Two kinds of failure are kept apart. A transient one (store or topic) stops the batch there, and it and all later
 * records that are not stored are reported, as a FIFO queue wants. What is stored and not told lies in the table, so of that one
 * record is enough: when it comes again it brings the others with it, and leaves room in its batch for what is new. A malformed
 * record goes to the dead-letter queue at once: all alerts are one message group, and would wait behind it an hour. Revisions, not
 * the order of delivery, decide what a case says, so nothing is lost by that.
 *
 * The canary's alerts end here: no case, nobody told, but only where a case could be written are they counted as heard.
 *
 * @returns the records to deliver again, in their order
 */
export async function notify(records: readonly QueuedRecord[], ports: NotifyPorts): Promise<SQSBatchResponse> {
  const malformed: QueuedRecord[] = [];
  const queued: QueuedAlert[] = [];
  const canaries: QueuedAlert[] = [];
  for (const record of records) {
    const { messageId } = record;
    const parsed = parseAlert(record.body);
    if ('alert' in parsed) (parsed.alert.canary ? canaries : queued).push({ messageId, alert: parsed.alert });
    else {
      malformed.push(record);
      ports.warn(`message ${messageId} is no alert`, parsed.error);
    }
  }
  const notKept = await keepMalformed(malformed, ports);

  const alerts = queued.filter(({ alert }) => !alert.reminder);
  const reminders = queued.filter(({ alert }) => alert.reminder);
  const stored = await untilFailure(alerts, ports, ({ alert }) => ports.cases.storeRevision(alert, ports.now()));
  const alertIds = [...new Set(alerts.slice(0, stored).map(({ alert }) => alert.alertId))];
  const { left, told, digests } = await tellOrHold(alertIds, ports);
  const isAllTold = stored === alerts.length && left.size === 0;
  // After a failure the rest waits, as ever; nobody is reminded of a case before they are told what is new of it.
  const reminded = isAllTold ? await untilFailure(reminders, ports, ({ alert }) => remindOf(alert, ports)) : 0;

  const heard = await untilFailure(canaries, ports, () => ports.cases.probe());
  if (canaries.length > 0) ports.count(METRICS.canaryHeard, heard);
  for (const { alert } of canaries.slice(0, heard))
    ports.measure?.(METRICS.canaryMilliseconds, ports.now() - Date.parse(alert.time));

  const untold = left.size > 0 ? oneOf(alerts.slice(0, stored), left) : [];
  const postponed = [...untold, ...alerts.slice(stored), ...reminders.slice(reminded), ...canaries.slice(heard)];
  ports.count(METRICS.alertsPublished, told);
  ports.count(METRICS.digestsPublished, digests);
  ports.count(METRICS.alertsMalformed, malformed.length);
  ports.count(METRICS.alertsPostponed, left.size + postponed.length - untold.length);
  const failed = new Set([...notKept, ...postponed].map(({ messageId }) => messageId));
  return {
    batchItemFailures: records
      .filter(({ messageId }) => failed.has(messageId))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/** One record that brings again what is left: of a case that is left, or else, where an earlier batch left them, any. */
const oneOf = (queued: readonly QueuedAlert[], left: ReadonlySet<string>): readonly QueuedAlert[] => {
  const record = queued.find(({ alert }) => left.has(alert.alertId)) ?? queued[0];
  return record ? [record] : [];
};

/** @returns those that could not be kept, and have to be delivered again */
async function keepMalformed(malformed: readonly QueuedRecord[], { deadLetter, warn }: NotifyPorts) {
  const notKept: QueuedRecord[] = [];
  for (const record of malformed) {
    try {
      await deadLetter(record.body, record.messageId);
    } catch (error) {
      warn(`message ${record.messageId} could not be kept`, error);
      notKept.push(record);
    }
  }
  return notKept;
}

async function remindOf({ alertId }: Alert, ports: NotifyPorts): Promise<void> {
  if (await remind(alertId, ports)) ports.count(METRICS.remindersPublished, 1);
}

/** @returns how many were done before the first that failed */
async function untilFailure(
  queued: readonly QueuedAlert[],
  { warn }: NotifyPorts,
  act: (item: QueuedAlert) => Promise<unknown>,
): Promise<number> {
  for (const [done, item] of queued.entries()) {
    try {
      await act(item);
    } catch (error) {
      warn(`alert ${item.alert.alertId} revision ${item.alert.revision} has to wait`, error);
      return done;
    }
  }
  return queued.length;
}

function parseAlert(body: string): { readonly alert: Alert } | { readonly error: unknown } {
  try {
    return { alert: z.parse(alertSchema, JSON.parse(body)) };
  } catch (error) {
    return { error };
  }
}
