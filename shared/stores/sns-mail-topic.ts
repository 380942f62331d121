import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../model/alert.ts';
import { subjectLine } from '../notification/card.ts';
import { renderEmailCard } from '../notification/email-card.ts';

/** A message with this attribute is for mail alone: programs' subscriptions leave it out, or a fallback would come round again. */
export const ONLY_MAIL = 'onlyMail';

/** Tells by mail alone what another channel refused. */
export const createSnsMailTopic =
  ({ client, topicArn }: { readonly client: SNSClient; readonly topicArn: string }) =>
  async (alert: Alert, reason: string): Promise<void> => {
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectLine(alert),
        Message: `This alert could not be posted: ${reason}.\n\n${renderEmailCard(alert)}`,
        MessageAttributes: { [ONLY_MAIL]: { DataType: 'String', StringValue: 'true' } },
      }),
    );
  };
