import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../../shared/model/alert.ts';
import { ALERTS_PUBLISHED_BY_SEVERITY, METRICS } from '../../shared/model/metric-names.ts';
import type { Severity } from '../../shared/model/settings.ts';
import { suppressionOf } from '../../shared/model/suppression.ts';
import type { AlertTopic, CaseStore, SuppressionStore } from '../../shared/stores/ports.ts';
import { remind } from './remind.ts';

/** What `notify` works with. */
export interface NotifyPorts {
  readonly cases: Pick<CaseStore, 'get' | 'storeRevision' | 'markNotified' | 'markReminded' | 'probe'>;
  readonly suppressions: Pick<SuppressionStore, 'of'>;
  readonly topic: AlertTopic;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Awaited before each publication, to tell people no faster than they can be told. @default as fast as it goes */
  readonly pace?: () => Promise<void>;
  /** Adds to a metric; a batch says 0 where nothing happened, so that silence means that it didn't run. */
  readonly count: (metric: string, value: number) => void;
  /** Notes how long something took, milliseconds. @default it is not noted */
  readonly measure?: (metric: string, milliseconds: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** The part of a queue's record that matters here. */
export type QueuedRecord = Pick<SQSRecord, 'messageId' | 'body'>;
type QueuedAlert = { readonly messageId: string; readonly alert: Alert };

/**
 * Tells people of the alerts in a batch: stores each revision, publishes the case's newest one, then notes that it was
 * told. Stopping anywhere repeats and never loses, since only the last step makes a case look told, and it follows the
 * publication; until then the queue delivers again, or `assess` finds the case left behind.
 *
 * What is published is the highest revision stored, once, whichever record brought it: a revision sums up its whole
 * episode, so the ones it overtook say nothing that it doesn't. A late lower revision therefore tells nobody anything.
 *
 * All records are stored before any is told: while the topic is down, analysts already see the cases, and `assess` knows
 * of them even if the queue gives up.
 *
 * Two kinds of failure are kept apart. A transient one (store or topic) stops the batch there, and it and all later
 * records are reported, as a FIFO queue wants. A malformed record is reported alone, so that it ends in the dead-letter
 * queue; good alerts behind it go on, or they would be received as often as it and be dead-lettered with it. Revisions,
 * not the order of delivery, decide what a case says, so nothing is lost by that.
 *
 * The canary's alerts end here: no case, nobody told, but only where a case could be written are they counted as heard.
 *
 * @returns the records to deliver again, in their order
 */
export async function notify(records: readonly QueuedRecord[], ports: NotifyPorts): Promise<SQSBatchResponse> {
  const malformed: string[] = [];
  const queued: QueuedAlert[] = [];
  const canaries: QueuedAlert[] = [];
  for (const { messageId, body } of records) {
    const parsed = parseAlert(body);
    if ('alert' in parsed) (parsed.alert.canary ? canaries : queued).push({ messageId, alert: parsed.alert });
    else {
      malformed.push(messageId);
      ports.warn(`message ${messageId} is no alert`, parsed.error);
    }
  }

  let published = 0;
  const stored = await untilFailure(queued, ports, async ({ alert }) => {
    if (!alert.reminder) await ports.cases.storeRevision(alert, ports.now());
  });
  const told = await untilFailure(queued.slice(0, stored), ports, async ({ alert }) => {
    if (alert.reminder) {
      if (await remind(alert.alertId, ports)) ports.count(METRICS.remindersPublished, 1);
      return;
    }
    const severity = await tellNewest(alert.alertId, ports);
    if (severity === undefined) return;
    published++;
    ports.count(ALERTS_PUBLISHED_BY_SEVERITY[severity], 1);
  });

  const heard = await untilFailure(canaries, ports, () => ports.cases.probe());
  if (canaries.length > 0) ports.count(METRICS.canaryHeard, heard);
  for (const { alert } of canaries.slice(0, heard))
    ports.measure?.(METRICS.canaryMilliseconds, ports.now() - Date.parse(alert.time));

  const postponed = [...queued.slice(told), ...canaries.slice(heard)].map(({ messageId }) => messageId);
  ports.count(METRICS.alertsPublished, published);
  ports.count(METRICS.alertsMalformed, malformed.length);
  ports.count(METRICS.alertsPostponed, postponed.length);
  const failed = new Set([...malformed, ...postponed]);
  return {
    batchItemFailures: records
      .filter(({ messageId }) => failed.has(messageId))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/**
 * A case raised in shadow mode, or one whose signals an analyst suppressed, counts as told, and nobody is.
 *
 * @returns how severe what was told is, or nothing when there was nothing to tell
 */
async function tellNewest(alertId: string, ports: NotifyPorts): Promise<Severity | undefined> {
  const { cases, suppressions, topic, pace, now } = ports;
  const stored = await cases.get(alertId);
  if (!stored) throw new Error(`case ${alertId} was stored and is not there`);
  const { alert, revision } = stored;
  if (stored.notifiedRevision >= revision) return undefined;
  const suppression = alert.shadow ? undefined : suppressionOf(alert, await suppressions.of(alert.subject), now());
  const isTold = !alert.shadow && !suppression;
  if (isTold) {
    await pace?.();
    await topic.publish(alert);
  }
  await cases.markNotified(alertId, revision, suppression?.id);
  if (suppression) ports.count(METRICS.alertsSuppressed, 1);
  return isTold ? alert.severity : undefined;
}

/** @returns how many were done before the first that failed */
async function untilFailure(
  queued: readonly QueuedAlert[],
  ports: NotifyPorts,
  act: (item: QueuedAlert) => Promise<void>,
): Promise<number> {
  for (const [done, item] of queued.entries()) {
    try {
      await act(item);
    } catch (error) {
      ports.warn(`alert ${item.alert.alertId} revision ${item.alert.revision} has to wait`, error);
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
