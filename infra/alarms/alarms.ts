import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AssessmentAlarmsProps, assessmentAlarms } from './assessment-alarms.ts';
import { type CanaryAlarmsProps, canaryAlarms } from './canary-alarms.ts';
import { type DetectionAlarmsProps, detectionAlarms } from './detection-alarms.ts';
import { type FindingsAlarmsProps, findingsAlarms } from './findings-alarms.ts';
import { type IntakeAlarmsProps, intakeAlarms } from './intake-alarms.ts';
import { type IntakeQueueAlarmsProps, intakeQueueAlarms } from './intake-queue-alarms.ts';
import { type NotificationAlarmsProps, notificationAlarms } from './notification-alarms.ts';
import { type RequestAlarmsProps, requestAlarms } from './request-alarms.ts';
import { type AlarmSurroundings, RunbookAlarm } from './runbook-alarm.ts';
import { type SlackAlarmsProps, slackAlarms } from './slack-alarms.ts';
import { type SourceAlarmsProps, sourceAlarms } from './source-alarms.ts';
import { type StreamAlarmsProps, streamAlarms } from './stream-alarms.ts';

export interface AlarmsProps
  extends AlarmSurroundings,
    IntakeAlarmsProps,
    IntakeQueueAlarmsProps,
    RequestAlarmsProps,
    StreamAlarmsProps,
    SourceAlarmsProps,
    DetectionAlarmsProps,
    AssessmentAlarmsProps,
    NotificationAlarmsProps,
    SlackAlarmsProps,
    FindingsAlarmsProps,
    CanaryAlarmsProps {}

/** One alarm for each way in which the detector could fail silently, in the order in which data flows. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.all = [
      ...intakeAlarms(props),
      ...intakeQueueAlarms(props),
      ...requestAlarms(props),
      ...streamAlarms(props),
      ...sourceAlarms(props),
      ...detectionAlarms(props),
      ...assessmentAlarms(props),
      ...notificationAlarms(props),
      ...slackAlarms(props),
      ...findingsAlarms(props),
      ...canaryAlarms(props),
    ].map(
      (definition) =>
        new RunbookAlarm(this, `${definition.heading.replaceAll(' ', '')}${definition.about ?? ''}`, {
          ...props,
          ...definition,
        }).alarm,
    );
  }
}
