import { METRICS } from '../../shared/model/metric-names.ts';
import type { SlackFunction } from '../slack-function.ts';
import { FIVE_MINUTES, MINUTE } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface SlackAlarmsProps {
  /** @default - nothing is posted to Slack */
  readonly slack: SlackFunction | undefined;
}

/** Whether alerts are posted to Slack. */
export const slackAlarms = ({ slack }: SlackAlarmsProps): readonly AlarmDefinition[] =>
  slack
    ? [
        {
          heading: 'Slack refuses alerts',
          says: 'Slack refused messages or did not take them in time; they were mailed instead.',
          metric: slack.ownMetric(METRICS.slackRejected, FIVE_MINUTES),
          threshold: 0,
          periods: 1,
        },
        {
          heading: 'Alerts are missing in Slack',
          says: 'Messages that were not posted to Slack lie in its dead-letter queue.',
          metric: slack.deadLetters.metricWaiting(MINUTE),
          threshold: 0,
          periods: 1,
        },
      ]
    : [];
