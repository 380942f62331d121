import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { AlertQueue } from '../alert-queue.ts';
import type { AlertTopic } from '../alert-topic.ts';
import type { NotifyFunction } from '../notify-function.ts';
import { FIVE_MINUTES, MINUTE } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface NotificationAlarmsProps {
  readonly alerts: AlertQueue;
  readonly notify: NotifyFunction;
  readonly alertTopic: AlertTopic;
}

/** Whether people are told. */
export const notificationAlarms = ({
  alerts,
  notify,
  alertTopic,
}: NotificationAlarmsProps): readonly AlarmDefinition[] => [
  {
    heading: 'Alerts wait too long',
    says: 'An alert has been on the queue for more than five minutes: nobody was told.',
    metric: alerts.metricOldestSeconds(MINUTE),
    threshold: Duration.minutes(5).toSeconds(),
    periods: 3,
  },
  {
    heading: 'Alerts could not be told',
    says: 'Alerts were tried for an hour, or can not be read, and lie in the dead-letter queue: nobody was told.',
    metric: alerts.metricDeadLetters(MINUTE),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Notification fails',
    says: 'The function that tells people fails, or can not store or publish alerts.',
    // What it can't do it reports to the queue, and ends without an error.
    metric: new MathExpression({
      expression: 'FILL(errors, 0) + FILL(postponed, 0)',
      usingMetrics: {
        errors: notify.metric('Errors', MINUTE),
        postponed: notify.ownMetric(METRICS.alertsPostponed, MINUTE),
      },
      period: MINUTE,
      label: 'alerts not told',
    }),
    threshold: 0,
    // A crash is tried again every six minutes.
    periods: 15,
    ofThese: 3,
  },
  {
    heading: 'Notification is throttled',
    says: 'Lambda refuses to start the function that tells people: the account has no concurrency left.',
    metric: notify.metric('Throttles', MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Mail is not delivered',
    says: 'SNS could not deliver alerts to an address.',
    metric: alertTopic.metricNotDelivered(FIVE_MINUTES),
    threshold: 0,
    periods: 1,
  },
];
