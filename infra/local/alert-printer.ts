import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Alert, alertSchema } from '../../shared/model/alert.ts';
import { type AlertDigest, alertDigestSchema } from '../../shared/model/alert-digest.ts';
import { cleanAsciiLine } from '../../shared/notification/clean-text.ts';

/** What people were told: an alert, or a digest of many. */
export type Published = { readonly alert: Alert } | { readonly digest: AlertDigest };

/** What SNS hands to a queue that is subscribed to it. */
interface Notification {
  readonly Message: string;
}

/**
 * Reads what was published to the alert topic until there is nothing left. The emulator hands over the whole structured
 * message where SNS would hand over its `default` part; both are understood.
 *
 * @param queueUrl of a queue subscribed to the topic
 */
export async function receivePublished(sqs: SQSClient, queueUrl: string): Promise<readonly Published[]> {
  const published: Published[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return published;
    for (const { Body = '{}' } of Messages) published.push(readPublished((JSON.parse(Body) as Notification).Message));
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  }
}

function readPublished(message: string): Published {
  const value: unknown = JSON.parse(message);
  const isStructured =
    typeof value === 'object' && value !== null && 'default' in value && typeof value.default === 'string';
  const content: unknown = isStructured ? JSON.parse(String(value.default)) : value;
  const digest = alertDigestSchema.safeParse(content);
  return digest.success ? { digest: digest.data } : { alert: alertSchema.parse(content) };
}

const LINE = 200;

/** An alert on a few lines: severity, headline, the two strongest signals with observed against expected. */
export function alertLines(alert: Alert): readonly string[] {
  const was = alert.toldBefore ? `, after ${alert.toldBefore.severity} ${alert.toldBefore.score.toFixed(1)}` : '';
  const revision = alert.revision > 1 ? `, revision ${alert.revision}${was}` : '';
  return [
    `${alert.severity.toUpperCase().padEnd(8)} ${alert.time.slice(0, 16).replace('T', ' ')}  score ${alert.score.toFixed(1)} (told from ${alert.threshold.score.toFixed(1)} on)${revision}`,
    `  ${cleanAsciiLine(alert.headline, LINE)}`,
    ...alert.signals.slice(0, 2).map(({ signal, observed, expected, unit }) => {
      const usual = expected.low === expected.high ? `${expected.median}` : `${expected.low} to ${expected.high}`;
      return `    ${signal.padEnd(17)} ${observed} ${unit}; usual: ${usual}`;
    }),
  ];
}
