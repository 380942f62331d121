import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { AssessFunction } from '../assess-function.ts';
import { FIVE_MINUTES, QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface AssessmentAlarmsProps {
  readonly assess: AssessFunction;
}

/** Whether settings, groups and thresholds are up to date. */
export const assessmentAlarms = ({ assess }: AssessmentAlarmsProps): readonly AlarmDefinition[] => [
  {
    heading: 'Assessment does not run',
    says: 'Settings are not read, thresholds and snapshots grow old, cases left behind are not told again, and late refusals are not linked.',
    metric: assess.metric('Invocations', FIVE_MINUTES),
    threshold: 1,
    ringsBelow: true,
    periods: 2,
    silenceIsTrouble: true,
  },
  {
    heading: 'Assessment fails',
    says: 'The assessment starts and fails, time after time.',
    // One at a time, and four minutes until a time-out: of those there are no three in five minutes.
    metric: assess.metric('Errors', QUARTER),
    threshold: 2,
    periods: 1,
  },
  {
    heading: 'Snapshots grow old',
    says: 'No new snapshot for half an hour: accesses are judged against old groups and an old threshold.',
    metric: assess.ownMetric(METRICS.snapshotPublished, QUARTER),
    threshold: 1,
    ringsBelow: true,
    periods: 2,
    silenceIsTrouble: true,
  },
  {
    heading: 'Baselines are damaged',
    says: 'What is stored of somebody can not be read: their accesses are put aside and not judged.',
    metric: assess.ownMetric(METRICS.baselinesDamaged, QUARTER, Stats.MAXIMUM),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Settings are invalid',
    says: 'Parameter Store holds a value that was refused; the last good one stays in force.',
    metric: assess.ownMetric(METRICS.settingsInvalid, FIVE_MINUTES, Stats.MAXIMUM),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Settings silence alerts',
    says: 'Under the settings in force nobody hears of anything, however odd.',
    metric: assess.ownMetric(METRICS.settingsSilencing, FIVE_MINUTES, Stats.MAXIMUM),
    threshold: 0,
    periods: 1,
  },
];
