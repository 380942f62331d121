import type { Alert } from '../model/alert.ts';
import type { AlertDigest } from '../model/alert-digest.ts';
import { queueSafeJson } from '../model/queue-safe-json.ts';
import { subjectLine } from '../notification/card.ts';
import { digestSubjectLine, renderEmailDigest } from '../notification/email-digest.ts';
import { asNamedToPeople } from '../notification/pseudonyms.ts';
import { alertJson } from './alert-message.ts';
import type { AlertTopic } from './ports.ts';
import type { SnsPublish, TopicAttribute } from './sns-publish.ts';

export interface SnsAlertTopicOptions {
  readonly publish: SnsPublish;
  readonly topicArn: string;
  /** The plain text that mail subscribers get. */
  readonly renderEmail: (alert: Alert) => string;
}

/** A topic takes 256 KiB, attributes included, unless its MaximumMessageSize was raised; a KiB is left for those. */
const MESSAGE_BYTES = 262_144 - 1_024;
/**
 * Attributes of messages that a channel leaves out; a message without them reaches everybody, so that a mistake is heard. Subscriptions pick
 * by their absence, which a message without any attribute never shows: https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
 */
export const QUIET_ON = { email: 'quietOnEmail', slack: 'quietOnSlack' } as const;
const RELATED_EMPLOYEES_WHEN_SHORT = 20;

/**
 * The topic that people subscribe to: programs get the alert's JSON, mail gets a card. Attributes are for filter
 * policies, which pick what a subscriber is told of.
 *
 * @throws Error when an alert can't be made to fit a message
 */
export function createSnsAlertTopic({ publish, topicArn, renderEmail }: SnsAlertTopicOptions): AlertTopic {
  return {
    publish: async (alert) => {
      await publish({
        TopicArn: topicArn,
        Subject: subjectLine(alert),
        MessageStructure: 'json',
        Message: fittingMessage(asNamedToPeople(alert), renderEmail),
        MessageAttributes: {
          kind: text('alert'),
          severity: text(alert.severity),
          subjectType: text(alert.subject.type),
          ...quietAttributes(alert),
          score: { DataType: 'Number', StringValue: alert.score.toFixed(1) },
        },
      });
    },
    publishDigest: async (digest) => {
      await publish({
        TopicArn: topicArn,
        Subject: digestSubjectLine(digest),
        MessageStructure: 'json',
        Message: JSON.stringify({ default: queueSafeJson(digest), email: renderEmailDigest(digest) }),
        MessageAttributes: { kind: text('digest'), ...quietAttributes(digest) },
      });
    },
  };
}

const quietAttributes = ({ quietChannels = [] }: Alert | AlertDigest) =>
  Object.fromEntries(quietChannels.map((channel) => [QUIET_ON[channel], text('true')]));

const text = (value: string): TopicAttribute => ({ DataType: 'String', StringValue: value });

/** People must be told even of an alert that is too large: its case keeps what the message then leaves out. */
function fittingMessage(alert: Alert, renderEmail: (alert: Alert) => string): string {
  const withoutEvents: Alert = { ...alert, events: [] };
  const short = { ...withoutEvents, relatedEmployees: alert.relatedEmployees.slice(0, RELATED_EMPLOYEES_WHEN_SHORT) };
  for (const candidate of [alert, withoutEvents, short]) {
    const message = JSON.stringify({ default: alertJson(candidate), email: renderEmail(candidate) });
    if (Buffer.byteLength(message) <= MESSAGE_BYTES) return message;
  }
  throw new Error(`alert ${alert.alertId} doesn't fit a message of ${MESSAGE_BYTES} bytes`);
}
