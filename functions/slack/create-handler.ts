import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SNSEvent } from 'aws-lambda';
import { makeMessageSender } from '../../shared/stores/message-sender.ts';
import { makeSecretReader } from '../../shared/stores/secret-reader.ts';
import { createSnsMailTopic } from '../../shared/stores/sns-mail-topic.ts';
import { makeSnsPublish } from '../../shared/stores/sns-publish.ts';
import type { Variables } from '../environment.ts';
import { publishedIn } from '../published.ts';
import { parseSlackEnvironment } from './env.ts';
import { type SlackPorts, slack } from './slack.ts';
import { readSlackWebhook } from './webhook-secret.ts';

/** Behind the alert topic. The secret is read anew for each notification: a replaced hook counts at once. @param now epoch milliseconds */
export function createSlackHandler(variables: Variables, now: () => number) {
  const environment = parseSlackEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const readSecret = makeSecretReader(variables);
  const ports: Omit<SlackPorts, 'webhook'> = {
    ...(environment.CASE_URL !== undefined && { caseUrl: environment.CASE_URL }),
    now,
    wait: (duration) => setTimeout(duration),
    deadLetter: makeMessageSender(variables, environment.DEAD_LETTERS_URL),
    tellByMail: createSnsMailTopic({ publish: makeSnsPublish(variables), topicArn: environment.ALERT_TOPIC_ARN }),
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
    warn: (message, error) => logger.warn(message, { error }),
  };
  return middy<SNSEvent, void>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event) => {
      const webhook = await readSlackWebhook(readSecret, environment.WEBHOOK_SECRET, ports.warn);
      await slack(publishedIn(event), { ...ports, webhook });
    });
}
