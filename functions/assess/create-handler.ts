import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { METRICS, type MetricName } from '../../shared/model/metric-names.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { createKinesisAdjudicationStream } from '../../shared/stores/kinesis-adjudication-stream.ts';
import { createKinesisLateLinkStream } from '../../shared/stores/kinesis-late-link-stream.ts';
import { makeParameterReader } from '../../shared/stores/parameter-reader.ts';
import { makeRecordWriter } from '../../shared/stores/record-writer.ts';
import { createSqsAlertQueue } from '../../shared/stores/sqs-alert-queue.ts';
import { createSsmSettingsSource } from '../../shared/stores/ssm-settings-source.ts';
import type { Variables } from '../environment.ts';
import { type AssessPorts, type AssessReport, assess } from './assess.ts';
import { parseAssessEnvironment } from './env.ts';

/** So many of those whose baseline is damaged are named in the log. */
const DAMAGED_NAMED = 20;

/** Behind the minute's schedule; one at a time. @param now epoch milliseconds */
export function createAssessHandler(variables: Variables, now: () => number) {
  const environment = parseAssessEnvironment(variables);
  const logger = new Logger();
  const metrics = new Metrics();
  const call = makeDynamoCall(variables);
  const ports: AssessPorts = {
    baselines: createDynamoBaselineStore({ call, tableName: environment.BASELINES_TABLE }),
    references: createDynamoReferenceStore({ call, tableName: environment.DIRECTORY_TABLE }),
    sources: createDynamoSourceDayStore({ call, tableName: environment.BASELINES_TABLE }),
    cases: createDynamoCaseStore({ call, tableName: environment.CASES_TABLE }),
    adjudications: createKinesisAdjudicationStream(makeRecordWriter(variables), environment.STREAM_NAME),
    linkLog: createDynamoLinkLog({ call, tableName: environment.LINK_LOG_TABLE, now }),
    lateLinks: createKinesisLateLinkStream(makeRecordWriter(variables), environment.STREAM_NAME),
    alerts: createSqsAlertQueue({ variables, queueUrl: environment.ALERT_QUEUE_URL }),
    settings: createSsmSettingsSource(makeParameterReader(variables), environment.SETTINGS_PATH),
    now,
  };
  return middy<unknown, void>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async () => {
      const report = await assess(ports);
      tell(report, logger, metrics);
      for (const error of report.failures) logger.error('a part of the minute’s work failed', { error });
      // The first of them ends the run as failed; what was counted is written all the same.
      if (report.failures.length) throw report.failures[0];
    });
}

/** Logs and counts what came of the steps that were done. */
function tell(report: AssessReport, logger: Logger, metrics: Metrics): void {
  const { settings, snapshot, damaged } = report;
  const count = (name: MetricName, value: number | undefined) => {
    if (value !== undefined) metrics.addMetric(name, MetricUnit.Count, value);
  };
  if (settings) {
    for (const { name, value, reason } of settings.errors)
      logger.error(`setting ${name} = ${value} was refused: ${reason}; the last good value holds, or else the default`);
    if (settings.unreadable) logger.error('settings could not be read', { error: settings.unreadable });
    count(METRICS.settingsInvalid, settings.errors.length + (settings.unreadable ? 1 : 0));
    count(METRICS.budgetAsked, settings.settings.alertsPerDay);
    for (const reason of settings.silencing) logger.warn(`the settings silence alerts: ${reason}`);
    count(METRICS.settingsSilencing, settings.silencing.length);
  }
  count(METRICS.casesLeftBehind, report.requeued);
  count(METRICS.casesUnattended, report.unattended);
  count(METRICS.casesExpired, report.expired);
  count(METRICS.lateLinksFound, report.linkedLate);
  count(METRICS.snapshotPublished, snapshot ? 1 : 0);
  for (const [actorId, reason] of [...damaged].slice(0, DAMAGED_NAMED))
    logger.error(`what is stored of ${actorId} can't be read: ${reason}`);
  if (snapshot) count(METRICS.baselinesDamaged, damaged.size);
}
