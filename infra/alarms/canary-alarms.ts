import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { CanaryFunction } from '../canary-function.ts';
import type { NotifyFunction } from '../notify-function.ts';
import { QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface CanaryAlarmsProps {
  readonly canary: CanaryFunction;
  readonly notify: NotifyFunction;
}

/** Whether alerts come out at the end of the whole way. */
export const canaryAlarms = ({ canary, notify }: CanaryAlarmsProps): readonly AlarmDefinition[] => [
  {
    heading: 'The canary is silent',
    says: 'No alert of the canary has come out for three quarters of an hour: other alerts may not either.',
    metric: notify.ownMetric(METRICS.canaryHeard, QUARTER),
    threshold: 1,
    ringsBelow: true,
    periods: 3,
    silenceIsTrouble: true,
  },
  {
    heading: 'Mail reaches nobody',
    says: 'An address in the configuration has no confirmed subscription: alerts do not reach it.',
    metric: canary.ownMetric(METRICS.mailUnconfirmed, QUARTER, Stats.MAXIMUM),
    threshold: 0,
    periods: 2,
  },
];
