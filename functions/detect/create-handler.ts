import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { usesBudget } from '../../shared/model/alert.ts';
import { METRICS, SOURCE_DIMENSION } from '../../shared/model/metric-names.ts';
import { loadAddressTable } from '../../shared/stores/address-table.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { createS3RecordArchive } from '../../shared/stores/s3-record-archive.ts';
import { readSecretKey } from '../../shared/stores/secret-key.ts';
import { makeSecretReader, type SecretReader } from '../../shared/stores/secret-reader.ts';
import { createSqsAlertQueue } from '../../shared/stores/sqs-alert-queue.ts';
import type { Variables } from '../environment.ts';
import { createSourceCounter } from './count-sources.ts';
import { type DetectPorts, type DetectReport, detect } from './detect.ts';
import { parseDetectEnvironment } from './env.ts';
import { createInputsInForce, type InputsFor } from './inputs-in-force.ts';

/** Behind the access stream: the event source mapping must report partial batch failures. @param now epoch milliseconds */
export function createDetectHandler(variables: Variables, now: () => number) {
  const environment = parseDetectEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const call = makeDynamoCall(variables);
  const warn = (message: string, error: unknown) => logger.warn(message, { error });
  const ports: DetectPorts = {
    baselines: createDynamoBaselineStore({ call, tableName: environment.BASELINES_TABLE }),
    inputsFor: withSubjectKey(async () =>
      createInputsInForce(createDynamoReferenceStore({ call, tableName: environment.DIRECTORY_TABLE }), {
        addressCountry: loadAddressTable(environment.ADDRESS_TABLE_FILE),
        ...(await readKeys(environment, makeSecretReader(variables))),
      }),
    ),
    links: createDynamoLinkStore({
      call,
      tableName: environment.LINKS_TABLE,
      logTableName: environment.LINK_LOG_TABLE,
      now,
    }),
    held: createDynamoHeldWindowStore({ call, tableName: environment.BASELINES_TABLE }),
    cases: createDynamoCaseStore({ call, tableName: environment.CASES_TABLE }),
    alerts: createSqsAlertQueue({ variables, queueUrl: environment.ALERT_QUEUE_URL }),
    archive: createS3RecordArchive({ write: makeObjectWriter(variables), bucketName: environment.BUCKET }),
    sources: createSourceCounter(createDynamoSourceDayStore({ call, tableName: environment.BASELINES_TABLE }), warn),
    warn,
  };
  const watchedSources = environment.WATCHED_SOURCES?.split(',') ?? [];
  return middy<KinesisStreamEvent, KinesisStreamBatchResponse>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async ({ Records }) => {
      const report = await detect(Records, ports, watchedSources);
      count(metrics, report, now());
      return report.response;
    });
}

async function readKeys(
  { SUBJECT_KEY_SECRET, CANARY_KEY_SECRET }: ReturnType<typeof parseDetectEnvironment>,
  read: SecretReader,
) {
  const [subjectKey, canaryKey] = await Promise.all([
    readSecretKey(read, SUBJECT_KEY_SECRET),
    CANARY_KEY_SECRET === undefined ? undefined : readSecretKey(read, CANARY_KEY_SECRET),
  ]);
  return { subjectKey, ...(canaryKey && { canaryKey }) };
}

/** Begun at cold start; a secret that can't be read fails the batch and is asked for again with the next. */
function withSubjectKey(create: () => Promise<InputsFor>): InputsFor {
  let creating: Promise<InputsFor> | undefined;
  return async (arrival) => {
    creating ??= create();
    try {
      return await (await creating)(arrival);
    } catch (error) {
      creating = undefined;
      throw error;
    }
  };
}

function count(metrics: Metrics, report: DetectReport, now: number): void {
  metrics.addMetric(METRICS.eventsApplied, MetricUnit.Count, report.applied);
  metrics.addMetric(METRICS.eventsQuarantined, MetricUnit.Count, report.quarantined);
  metrics.addMetric(METRICS.duplicatesSkipped, MetricUnit.Count, report.duplicates);
  metrics.addMetric(METRICS.lateLinksTaken, MetricUnit.Count, report.linkedLate);
  metrics.addMetric(METRICS.verdictsTaken, MetricUnit.Count, report.settled);
  metrics.addMetric(METRICS.alertsQueued, MetricUnit.Count, report.alerts.length);
  metrics.addMetric(
    METRICS.alertsRaised,
    MetricUnit.Count,
    report.alerts.filter(({ alert }) => usesBudget(alert)).length,
  );
  metrics.addMetric(METRICS.batchesFailed, MetricUnit.Count, report.failed > 0 ? 1 : 0);
  metrics.addMetric(METRICS.hottestActor, MetricUnit.CountPerSecond, report.hottestActor);
  metrics.addMetric(METRICS.writeConflicts, MetricUnit.Count, report.conflicts);
  for (const { arrival } of report.alerts)
    metrics.addMetric(METRICS.eventToAlertMilliseconds, MetricUnit.Milliseconds, now - arrival);
  for (const { source, events, lagMilliseconds } of report.sources) {
    if (events === 0) continue;
    // Beside the service, the source is a dimension of these.
    const ofSource = () => metrics.singleMetric().addDimension(SOURCE_DIMENSION, source);
    ofSource().addMetric(METRICS.sourceEvents, MetricUnit.Count, events);
    ofSource().addMetric(METRICS.sourceLagMilliseconds, MetricUnit.Milliseconds, lagMilliseconds);
  }
}
