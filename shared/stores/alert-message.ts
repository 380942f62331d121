import type { Alert } from '../model/alert.ts';
import { queueSafeJson } from '../model/queue-safe-json.ts';

/** What makes two messages the same one: the queue drops the second of them. */
export const deduplicationId = (alert: Alert): string =>
  `${alert.alertId}:${alert.revision}${alert.reminder ? ':reminder' : ''}`;

/** An alert as JSON that SQS takes, whatever names it quotes. */
export const alertJson = (alert: Alert): string => queueSafeJson(alert);
