import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SNSEvent } from 'aws-lambda';
import { makeEventBridgeClient, makeSecurityHubClient } from '../../shared/stores/clients.ts';
import { createFindingBus } from '../../shared/stores/eventbridge-finding-bus.ts';
import { createSecurityHub } from '../../shared/stores/security-hub.ts';
import type { Variables } from '../environment.ts';
import { publishedIn } from '../published.ts';
import { parseFindingsEnvironment } from './env.ts';
import { type FindingsPorts, findings } from './findings.ts';

/** The release, which a finding names as its finder; a test holds it to package.json, of which no bundle need hold the rest. */
const VERSION = '0.1.0';

/** Behind the alert topic. */
export function createFindingsHandler(variables: Variables) {
  const environment = parseFindingsEnvironment(variables);
  const { EVENT_BUS_ARN: busArn, SECURITY_HUB } = environment;
  const logger = new Logger();
  const metrics = new Metrics();
  const ports: FindingsPorts = {
    ...(busArn && { eventBus: createFindingBus({ client: makeEventBridgeClient(), busArn }) }),
    ...(SECURITY_HUB && { securityHub: createSecurityHub({ client: makeSecurityHubClient() }) }),
    origin: {
      accountId: environment.ACCOUNT_ID,
      region: environment.AWS_REGION,
      partition: environment.PARTITION,
      stage: environment.STAGE,
      version: VERSION,
    },
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
    warn: (message, error) => logger.warn(message, { error }),
  };
  return middy<SNSEvent, void>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler((event) => findings(publishedIn(event), ports));
}
