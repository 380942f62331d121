import type { FindingsFunction } from '../findings-function.ts';
import { FIVE_MINUTES } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface FindingsAlarmsProps {
  /** @default - the stage hands no findings on */
  readonly findings: FindingsFunction | undefined;
}

/** Whether other systems get the alerts. */
export const findingsAlarms = ({ findings }: FindingsAlarmsProps): readonly AlarmDefinition[] =>
  findings
    ? [
        {
          heading: 'Findings are not delivered',
          says: 'Alerts did not reach the event bus or Security Hub; they lie in a queue. People were told all the same.',
          metric: findings.deadLetters.metricWaiting(FIVE_MINUTES),
          threshold: 0,
          periods: 1,
        },
      ]
    : [];
