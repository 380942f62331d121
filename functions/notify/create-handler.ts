import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { renderEmailCard } from '../../shared/notification/email-card.ts';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { makeFifoMessageSender } from '../../shared/stores/message-sender.ts';
import { makeMessageVisibility } from '../../shared/stores/message-visibility.ts';
import { createSnsAlertTopic } from '../../shared/stores/sns-alert-topic.ts';
import { makeSnsPublish } from '../../shared/stores/sns-publish.ts';
import { ALERT_GROUP } from '../../shared/stores/sqs-alert-queue.ts';
import { makeWaitingMessages } from '../../shared/stores/waiting-messages.ts';
import type { Variables } from '../environment.ts';
import { parseNotifyEnvironment } from './env.ts';
import { type NotifyPorts, notify } from './notify.ts';
import { retrySoon } from './retry-soon.ts';
import { noBacklog } from './tell.ts';

/** What telling people takes its time from. */
export interface NotifyTime {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** @param duration milliseconds */
  readonly sleep: (duration: number) => Promise<void>;
}

/** SNS deactivates a mail subscription that gets more than ten messages a second (SNS quotas); people read slower. */
const PUBLISH_EVERY_MS = 1_000;

/** Behind the alert queue: the event source mapping must report partial batch failures. */
export function createNotifyHandler(variables: Variables, { now, sleep }: NotifyTime) {
  const environment = parseNotifyEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const table = { call: makeDynamoCall(variables), tableName: environment.CASES_TABLE };
  const ports: NotifyPorts = {
    cases: createDynamoCaseStore(table),
    suppressions: createDynamoSuppressionStore(table),
    topic: createSnsAlertTopic({
      publish: makeSnsPublish(variables),
      topicArn: environment.ALERT_TOPIC_ARN,
      renderEmail: renderEmailCard,
    }),
    backlog: noBacklog(),
    waiting: makeWaitingMessages(variables, environment.ALERT_QUEUE_URL),
    deadLetter: makeFifoMessageSender(variables, environment.DEAD_LETTERS_URL, ALERT_GROUP),
    pause: () => sleep(PUBLISH_EVERY_MS),
    now,
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
    measure: (metric, milliseconds) => void metrics.addMetric(metric, MetricUnit.Milliseconds, milliseconds),
    warn: (message, error) => logger.warn(message, { error }),
  };
  const reappear = makeMessageVisibility(variables, environment.ALERT_QUEUE_URL);
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async ({ Records }) => {
      const response = await notify(Records, ports);
      await retrySoon(Records, response, { reappear, warn: ports.warn });
      return response;
    });
}
