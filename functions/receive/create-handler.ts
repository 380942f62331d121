import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { openRecordReader } from '../../shared/formats/read-records.ts';
import { createRecentEvents } from '../../shared/intake/recent-events.ts';
import { createSourceContext } from '../../shared/intake/source-context.ts';
import { makeKinesisClient, makeS3Client } from '../../shared/stores/clients.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { putRecords } from '../../shared/stores/put-records.ts';
import { createS3RecordArchive } from '../../shared/stores/s3-record-archive.ts';
import { createS3ReferenceFile } from '../../shared/stores/s3-reference-file.ts';
import { makeSecretReader } from '../../shared/stores/secret-reader.ts';
import type { Variables } from '../environment.ts';
import { answerRequest, type RequestAnswer, type RequestPorts } from './answer-request.ts';
import { parseReceiveEnvironment } from './env.ts';
import { createWebhookSecret } from './webhook-secret.ts';

/** Behind a URL. @param now epoch milliseconds */
export function createReceiveHandler(variables: Variables, now: () => number) {
  const { STREAM_NAME, BUCKET: bucketName, WEBHOOK_SECRET, UNMAPPED: unmapped } = parseReceiveEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const kinesis = makeKinesisClient();
  const warn = (message: string, error: unknown) => logger.warn(message, { error });
  const readFile = createS3ReferenceFile({ client: makeS3Client(), bucketName });
  const sourceContext = createSourceContext({ readFile, unmapped, now, warn });
  const ports: RequestPorts = {
    openReader: async () => openRecordReader(await sourceContext()),
    put: (records) => putRecords(kinesis, STREAM_NAME, records),
    archive: createS3RecordArchive({ write: makeObjectWriter(variables), bucketName }),
    recent: createRecentEvents(),
    ...(WEBHOOK_SECRET && { webhookSecret: createWebhookSecret(makeSecretReader(variables), WEBHOOK_SECRET, now) }),
    now,
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
    warn,
  };
  return middy<LambdaFunctionURLEvent, RequestAnswer>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler((event) => answerRequest(event, ports));
}
