import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { makeKinesisClient, makeSnsClient } from '../../shared/stores/clients.ts';
import { readSecretKey } from '../../shared/stores/secret-key.ts';
import { makeSecretReader } from '../../shared/stores/secret-reader.ts';
import type { Variables } from '../environment.ts';
import { type CanaryPorts, canary } from './canary.ts';
import { confirmedMailboxes } from './confirmed-mailboxes.ts';
import { parseCanaryEnvironment } from './env.ts';
import { putEvent } from './put-event.ts';

/** Behind a schedule. @param now epoch milliseconds */
export function createCanaryHandler(variables: Variables, now: () => number) {
  const environment = parseCanaryEnvironment(variables);
  const metrics = new Metrics();
  const kinesis = makeKinesisClient();
  const readSecret = makeSecretReader(variables);
  const sns = makeSnsClient();
  const ports: CanaryPorts = {
    // Read anew each time, as seldom as it sings: a replaced key counts at once.
    key: () => readSecretKey(readSecret, environment.CANARY_KEY_SECRET),
    put: (event) => putEvent(kinesis, environment.STREAM_NAME, event),
    confirmedMailboxes: () => confirmedMailboxes(sns, environment.ALERT_TOPIC_ARN),
    configuredMailboxes: environment.MAILBOXES?.split(',') ?? [],
    now,
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
  };
  return middy<unknown, void>()
    .use(injectLambdaContext(new Logger()))
    .use(logMetrics(metrics))
    .handler(() => canary(ports));
}
