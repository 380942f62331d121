import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { resourceName } from '../resource-names.ts';
import { anchorOf } from '../runbook-anchor.ts';

/** Where alarms go and where they send the reader. */
export interface AlarmSurroundings {
  readonly stage: string;
  readonly topic: ITopic;
  /** The runbook's address or path; a heading follows after #. */
  readonly runbookUrl: string;
}

/** What is wrong, and by what it is told. */
export interface AlarmDefinition {
  /** The heading in the runbook, word for word: what is wrong, in a few words. */
  readonly heading: string;
  /** Which of several, where there is an alarm for each; part of its name. */
  readonly about?: string;
  /** One sentence for somebody who was woken by it. */
  readonly says: string;
  readonly metric: IMetric;
  /** Rings above this value, or below with `ringsBelow`. */
  readonly threshold: number;
  /** @default - rings above the threshold */
  readonly ringsBelow?: boolean;
  /** Periods of the metric that are looked at. */
  readonly periods: number;
  /** How many of these periods must be beyond the threshold. @default - all of them */
  readonly ofThese?: number;
  /** Whether no data at all is trouble. @default - it is not: nothing happened */
  readonly silenceIsTrouble?: boolean;
}

export interface RunbookAlarmProps extends AlarmSurroundings, AlarmDefinition {}

/** An alarm whose text names the heading of the runbook that says what to do. */
export class RunbookAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const anchor = anchorOf(props.heading);
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: resourceName(props.stage, props.about === undefined ? anchor : `${anchor}-${props.about}`),
      alarmDescription: `${props.says} What to do: ${props.runbookUrl}#${anchor}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.ringsBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.periods,
      datapointsToAlarm: props.ofThese ?? props.periods,
      treatMissingData: props.silenceIsTrouble ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(props.topic);
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}
