import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { KinesisStreamEvent } from 'aws-lambda';
import { METRICS } from '../../shared/model/metric-names.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import type { Variables } from '../environment.ts';
import { type ArchivePorts, archive } from './archive.ts';
import { parseArchiveEnvironment } from './env.ts';

/** Behind the access stream, beside `detect`. */
export function createArchiveHandler(variables: Variables) {
  const { BUCKET: bucket } = parseArchiveEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const ports: ArchivePorts = { write: makeObjectWriter(variables), bucket };
  return middy<KinesisStreamEvent, void>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async ({ Records }) => {
      await archive(Records, ports);
      metrics.addMetric(METRICS.eventsArchived, MetricUnit.Count, Records.length);
    });
}
