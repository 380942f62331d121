import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { AccessStream } from '../access-stream.ts';
import type { DetectFunction } from '../detect-function.ts';
import type { ProtectedTable } from '../protected-table.ts';
import { FIVE_MINUTES, MINUTE, QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface DetectionAlarmsProps {
  readonly accesses: AccessStream;
  readonly detect: DetectFunction;
  readonly baselines: ProtectedTable;
  readonly links: ProtectedTable;
  readonly linkLog: ProtectedTable;
}

/** Whether every access is judged, and soon. */
export const detectionAlarms = ({
  accesses,
  detect,
  baselines,
  links,
  linkLog,
}: DetectionAlarmsProps): readonly AlarmDefinition[] => [
  {
    heading: 'Detection stands still',
    says: 'Events come in and none is judged.',
    metric: new MathExpression({
      expression: 'IF(incoming > 0 AND FILL(applied, 0) == 0, 1, 0)',
      usingMetrics: {
        incoming: accesses.metricIncomingRecords(FIVE_MINUTES),
        applied: detect.ownMetric(METRICS.eventsApplied, FIVE_MINUTES),
      },
      period: FIVE_MINUTES,
      label: 'standing still',
    }),
    threshold: 0,
    periods: 3,
  },
  {
    heading: 'Detection falls behind',
    says: 'Accesses are judged more than a minute after they came in.',
    metric: detect.metric('IteratorAge', MINUTE, Stats.MAXIMUM),
    threshold: Duration.minutes(1).toMilliseconds(),
    periods: 5,
  },
  {
    heading: 'Detection fails',
    says: 'Batches of accesses fail and are tried again.',
    metric: new MathExpression({
      expression: 'FILL(errors, 0) + FILL(failed, 0)',
      usingMetrics: {
        errors: detect.metric('Errors', MINUTE),
        failed: detect.ownMetric(METRICS.batchesFailed, MINUTE),
      },
      period: MINUTE,
      label: 'failed batches',
    }),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Detection is throttled',
    says: 'Lambda refuses to start the detector: the account has no concurrency left.',
    metric: detect.metric('Throttles', MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'The baselines table is throttled',
    says: 'DynamoDB turns the detector away.',
    metric: baselines.metricThrottles(MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'The links table is throttled',
    says: 'DynamoDB turns the detector away where it asks who else met a user or a machine.',
    metric: new MathExpression({
      expression: 'links + linkLog',
      usingMetrics: { links: links.metricThrottles(MINUTE), linkLog: linkLog.metricThrottles(MINUTE) },
      period: MINUTE,
      label: 'links throttled',
    }),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Batches were given up',
    says: 'Accesses were not judged within an hour; they lie whole in the evidence bucket.',
    metric: detect.metricOfMapping('OnFailureDestinationDeliveredEventCount', FIVE_MINUTES),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Events were lost',
    says: 'Accesses were not judged within an hour, and could not be put in the evidence bucket either.',
    metric: detect.metricOfMapping('DroppedEventCount', FIVE_MINUTES),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Events are quarantined',
    says: 'Records came that are no access events; they lie whole in the evidence bucket.',
    metric: detect.ownMetric(METRICS.eventsQuarantined, QUARTER),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'One actor fills a shard',
    says: 'One actor sends more than 500 events a second; all of an actor’s events are on one shard, which takes 1,000.',
    metric: detect.ownMetric(METRICS.hottestActor, MINUTE, Stats.MAXIMUM),
    threshold: 500,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Alerts are slow',
    says: 'It takes more than a minute from an access to its alert.',
    metric: detect.ownMetric(METRICS.eventToAlertMilliseconds, QUARTER, Stats.percentile(95)),
    threshold: Duration.minutes(1).toMilliseconds(),
    periods: 2,
  },
];
