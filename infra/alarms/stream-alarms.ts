import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { AccessStream } from '../access-stream.ts';
import type { ArchiveFunction } from '../archive-function.ts';
import type { CanaryFunction } from '../canary-function.ts';
import { FIVE_MINUTES, MINUTE, QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface StreamAlarmsProps {
  readonly accesses: AccessStream;
  readonly archiver: ArchiveFunction;
  readonly canary: CanaryFunction;
  /** After so many hours without an event somebody should look. */
  readonly quietStreamHours: number;
}

/** Whether accesses come in, and are copied to the archive. */
export const streamAlarms = ({
  accesses,
  archiver,
  canary,
  quietStreamHours,
}: StreamAlarmsProps): readonly AlarmDefinition[] => [
  {
    heading: 'No events at all',
    says: 'Not one access event has come in: the sources are silent, or somebody stopped them.',
    // The canary's own accesses don't count: it sings into a stream that nobody else writes to, too.
    metric: new MathExpression({
      expression: 'FILL(incoming, 0) - FILL(sent, 0)',
      usingMetrics: {
        incoming: accesses.metricIncomingRecords(Duration.hours(1)),
        sent: canary.ownMetric(METRICS.canarySent, Duration.hours(1)),
      },
      period: Duration.hours(1),
      label: 'events of the sources',
    }),
    threshold: 1,
    ringsBelow: true,
    periods: quietStreamHours,
    silenceIsTrouble: true,
  },
  {
    heading: 'The stream refuses events',
    says: 'Producers are refused: one actor fills a whole shard, or the stream is too small.',
    metric: accesses.metricWriteThrottled(MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'The archive falls behind',
    says: 'Events are not copied to the archive; after seven days the stream forgets them.',
    metric: archiver.metric('IteratorAge', FIVE_MINUTES, Stats.MAXIMUM),
    threshold: Duration.hours(1).toMilliseconds(),
    periods: 3,
  },
  {
    heading: 'The archive stands still',
    says: 'Events come in and none is copied to the archive; after seven days the stream forgets them.',
    metric: new MathExpression({
      expression: 'IF(incoming > 0 AND FILL(archived, 0) == 0, 1, 0)',
      usingMetrics: {
        incoming: accesses.metricIncomingRecords(QUARTER),
        archived: archiver.ownMetric(METRICS.eventsArchived, QUARTER),
      },
      period: QUARTER,
      label: 'standing still',
    }),
    threshold: 0,
    periods: 3,
  },
];
