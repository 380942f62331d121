import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { makeSqsClient } from '../../shared/stores/clients.ts';
import { QUIET_ON } from '../../shared/stores/sns-alert-topic.ts';
import { type Check, note, ok, SKIPPED, wrong } from './check.ts';
import type { DeploymentNames } from './deployment-names.ts';
import { mapping } from './detection-checks.ts';
import { slackSecret } from './slack-secret.ts';
import type { StageConfiguration } from './stage-configuration.ts';
import { mail } from './topic-mail.ts';

/** What the stack's subscriptions of the alerts' topic leave out (infra/alert-topic.ts). */
const UNLESS_QUIET = { [QUIET_ON.email]: [{ exists: false }] };

/** From the queue of alerts to people. @param wanted who should be told, where the stages file says so */
export function tellingChecks(names: DeploymentNames, wanted: StageConfiguration | undefined): readonly Check[] {
  return [
    {
      name: `queue ${names.alertQueue}`,
      service: 'SQS',
      run: async () => ok(`${await waiting(names.alertQueue)} alerts wait to be told`),
    },
    {
      name: `queue ${names.deadLetters}`,
      service: 'SQS',
      run: async () => {
        const untold = await waiting(names.deadLetters);
        return untold === 0
          ? ok('empty')
          : wrong(`${untold} alerts could not be told`, 'see docs/runbook.md#alerts-could-not-be-told');
      },
    },
    mapping('notify reads the queue', names.notify),
    {
      name: `mail of topic ${names.topic}`,
      service: 'SNS',
      run: () =>
        mail({
          topic: names.topic,
          field: 'alertEmails',
          wanted: wanted?.alertEmails,
          filter: UNLESS_QUIET,
          nobody: note,
        }),
    },
    {
      name: `mail of topic ${names.alarmTopic ?? 'alarms'}`,
      service: 'SNS',
      run: async () =>
        names.alarmTopic === undefined
          ? SKIPPED
          : mail({
              topic: names.alarmTopic,
              field: 'alarmEmails',
              wanted: wanted?.alarmEmails,
              filter: {},
              nobody: wrong,
            }),
    },
    ...(wanted?.slackWebhookSecretArn === undefined ? [] : [slackSecret(wanted.slackWebhookSecretArn)]),
  ];
}

async function waiting(queueName: string): Promise<number> {
  const sqs = makeSqsClient();
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}
