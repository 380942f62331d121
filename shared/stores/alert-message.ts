import type { Alert } from '../model/alert.ts';

/** What makes two messages the same one: the queue drops the second of them. */
export const deduplicationId = (alert: Alert): string =>
  `${alert.alertId}:${alert.revision}${alert.reminder ? ':reminder' : ''}`;

/**
 * An alert as JSON that SQS takes. SQS refuses a message with U+FFFE, U+FFFF or a lone surrogate, and an alert quotes
 * names that others chose: one access to a data set of such a name would block the queue. So these, and for simplicity
 * everything beyond the basic plane, are written as escapes, which every JSON parser reads back as they were.
 */
export const alertJson = (alert: Alert): string =>
  JSON.stringify(alert).replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
