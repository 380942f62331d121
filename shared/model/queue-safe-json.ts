/**
 * JSON that SQS and SNS take. SQS refuses a message with U+FFFE, U+FFFF or a lone surrogate, and alerts quote names that
 * others chose: one access to a data set of such a name would block the queue. So these, and for simplicity everything
 * beyond the basic plane, are written as escapes, which every JSON parser reads back as they were.
 */
export const queueSafeJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
