import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openRecordReader } from '../../shared/formats/read-records.ts';
import { createRecentEvents } from '../../shared/intake/recent-events.ts';
import { createSourceContext } from '../../shared/intake/source-context.ts';
import { makeKinesisClient, makeS3Client } from '../../shared/stores/clients.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { putRecords } from '../../shared/stores/put-records.ts';
import { createS3ObjectProgress } from '../../shared/stores/s3-object-progress.ts';
import { createS3ObjectSource } from '../../shared/stores/s3-object-source.ts';
import { createS3RecordArchive } from '../../shared/stores/s3-record-archive.ts';
import { createS3ReferenceFile } from '../../shared/stores/s3-reference-file.ts';
import type { Variables } from '../environment.ts';
import { parseIngestEnvironment } from './env.ts';
import { ingestMessages } from './ingest.ts';
import type { ObjectPorts } from './ingest-object.ts';

/** An object waits while the stream is busy; a call to put records may be tried for so long. */
const OBJECT_SILENCE_MS = 120_000;

/** Behind queues, whose mappings must report partial batch failures. @param now epoch milliseconds */
export function createIngestHandler(variables: Variables, now: () => number) {
  const { STREAM_NAME, BUCKET: bucketName, UNMAPPED: unmapped } = parseIngestEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const kinesis = makeKinesisClient();
  const client = makeS3Client();
  const warn = (message: string, error: unknown) => logger.warn(message, { error });
  const sourceContext = createSourceContext({
    readFile: createS3ReferenceFile({ client, bucketName }),
    unmapped,
    now,
    warn,
  });
  const ports: Omit<ObjectPorts, 'openReader' | 'remaining'> = {
    put: (records) => putRecords(kinesis, STREAM_NAME, records),
    archive: createS3RecordArchive({ write: makeObjectWriter(variables), bucketName }),
    recent: createRecentEvents(),
    objects: createS3ObjectSource(makeS3Client(OBJECT_SILENCE_MS)),
    progress: createS3ObjectProgress({ client, bucketName }),
    now,
    count: (metric, value) => void metrics.addMetric(metric, MetricUnit.Count, value),
    warn,
  };
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event, context) => {
      const about = await sourceContext();
      return ingestMessages(event.Records, {
        ...ports,
        openReader: () => openRecordReader(about),
        remaining: () => context.getRemainingTimeInMillis(),
      });
    });
}
