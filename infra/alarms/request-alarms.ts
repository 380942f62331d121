import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { ReceiveFunction } from '../receive-function.ts';
import { FIVE_MINUTES, MINUTE } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface RequestAlarmsProps {
  /** @default - the stage has no URL for records */
  readonly receive: ReceiveFunction | undefined;
}

/** Whether requests to the stage's URL are answered. */
export function requestAlarms({ receive }: RequestAlarmsProps): readonly AlarmDefinition[] {
  if (!receive) return [];
  return [
    {
      heading: 'Requests are turned away',
      says: 'More requests come than Lambda starts the function behind the URL for: a flood, or a busy source.',
      metric: receive.metric('Throttles', MINUTE),
      threshold: 0,
      periods: 5,
      ofThese: 3,
    },
    {
      heading: 'Requests fail',
      says: 'Requests with records are answered with an error: their senders must send them again.',
      // Where the stream takes no more it answers so, and ends without an error.
      metric: new MathExpression({
        expression: 'FILL(errors, 0) + FILL(postponed, 0)',
        usingMetrics: {
          errors: receive.metric('Errors', FIVE_MINUTES),
          postponed: receive.ownMetric(METRICS.ingestPostponed, FIVE_MINUTES),
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
