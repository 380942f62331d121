import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { IngestFunction } from '../ingest-function.ts';
import { FIVE_MINUTES, MINUTE, QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface IntakeAlarmsProps {
  /** @default - the stage takes nothing in */
  readonly ingest: IngestFunction | undefined;
}

/** Whether what sources deliver is taken in. */
export function intakeAlarms({ ingest }: IntakeAlarmsProps): readonly AlarmDefinition[] {
  if (!ingest) return [];
  return [
    {
      heading: 'Intake is throttled',
      says: 'Lambda refuses to start the function that takes in what sources deliver: its concurrency, or the account’s, is used up.',
      metric: ingest.metric('Throttles', MINUTE),
      threshold: 0,
      periods: 5,
      ofThese: 3,
    },
    {
      heading: 'Records can not be read',
      says: 'Sources deliver records that are no accesses; they lie whole in the evidence bucket.',
      metric: ingest.ownMetric(METRICS.ingestPutAside, QUARTER),
      threshold: 0,
      periods: 1,
    },
    {
      heading: 'An actor is too fast for its shard',
      says: 'Accesses of one actor come faster than 500 a second and are summed up.',
      metric: ingest.ownMetric(METRICS.ingestSummedUp, QUARTER),
      threshold: 0,
      periods: 1,
    },
    {
      heading: 'Intake fails',
      says: 'The function that takes in what sources deliver fails; messages wait, requests are answered with an error.',
      // What it can't read or send it reports to the queue, and ends without an error; that comes again after half an hour.
      metric: new MathExpression({
        expression: 'FILL(errors, 0) + FILL(postponed, 0)',
        usingMetrics: {
          errors: ingest.metric('Errors', FIVE_MINUTES),
          postponed: ingest.ownMetric(METRICS.ingestPostponed, FIVE_MINUTES),
        },
        period: FIVE_MINUTES,
        label: 'not taken in',
      }),
      threshold: 0,
      periods: 12,
      ofThese: 2,
    },
  ];
}
