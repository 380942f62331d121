import type { Alert } from '../model/alert.ts';
import type { AlertDigest } from '../model/alert-digest.ts';
import { subjectLine } from '../notification/card.ts';
import { renderEmailCard } from '../notification/email-card.ts';
import { digestSubjectLine, renderEmailDigest } from '../notification/email-digest.ts';
import type { SnsPublish } from './sns-publish.ts';

/** A message with this attribute is for mail alone: programs' subscriptions leave it out, or a fallback would come round again. */
export const ONLY_MAIL = 'onlyMail';

/** Tells by mail alone what another channel refused. */
export const createSnsMailTopic =
  ({ publish, topicArn }: { readonly publish: SnsPublish; readonly topicArn: string }) =>
  async (told: Alert | AlertDigest, reason: string): Promise<void> => {
    const isAlert = 'alertId' in told;
    await publish({
      TopicArn: topicArn,
      Subject: isAlert ? subjectLine(told) : digestSubjectLine(told),
      Message: `This could not be posted: ${reason}.\n\n${isAlert ? renderEmailCard(told) : renderEmailDigest(told)}`,
      MessageAttributes: { [ONLY_MAIL]: { DataType: 'String', StringValue: 'true' } },
    });
  };
