import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, SOURCE_DIMENSION } from '../../shared/model/metric-names.ts';
import type { DetectFunction } from '../detect-function.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface SourceAlarmsProps {
  readonly detect: DetectFunction;
  /** After how many hours without one of its events somebody should look, by source. */
  readonly watchedSources: Readonly<Record<string, { readonly quietHours: number }>>;
}

/** Whether each source that the stage names still reports. */
export const sourceAlarms = ({ detect, watchedSources }: SourceAlarmsProps): readonly AlarmDefinition[] =>
  Object.entries(watchedSources).map(([source, { quietHours }]) => ({
    heading: 'A source is silent',
    about: source,
    says: `Not one access that ${source} reports has come in for ${quietHours} hours.`,
    metric: detect.ownMetric(METRICS.sourceEvents, Duration.hours(1), Stats.SUM, { [SOURCE_DIMENSION]: source }),
    threshold: 1,
    ringsBelow: true,
    periods: quietHours,
    silenceIsTrouble: true,
  }));
