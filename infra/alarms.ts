import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS, SOURCE_DIMENSION } from '../shared/model/metric-names.ts';
import type { AccessStream } from './access-stream.ts';
import type { AlertQueue } from './alert-queue.ts';
import type { AlertTopic } from './alert-topic.ts';
import type { ArchiveFunction } from './archive-function.ts';
import type { AssessFunction } from './assess-function.ts';
import type { CanaryFunction } from './canary-function.ts';
import type { DetectFunction } from './detect-function.ts';
import type { FindingsFunction } from './findings-function.ts';
import type { IngestFunction } from './ingest-function.ts';
import type { NotifyFunction } from './notify-function.ts';
import type { ProtectedTable } from './protected-table.ts';
import { type AlarmSurroundings, RunbookAlarm, type RunbookAlarmProps } from './runbook-alarm.ts';
import type { SlackFunction } from './slack-function.ts';

export interface AlarmsProps extends AlarmSurroundings {
  readonly accesses: AccessStream;
  readonly archiver: ArchiveFunction;
  readonly detect: DetectFunction;
  readonly baselines: ProtectedTable;
  readonly links: ProtectedTable;
  readonly alerts: AlertQueue;
  readonly notify: NotifyFunction;
  readonly topic: AlarmSurroundings['topic'];
  readonly alertTopic: AlertTopic;
  /** @default - nothing is posted to Slack */
  readonly slack: SlackFunction | undefined;
  readonly assess: AssessFunction;
  readonly canary: CanaryFunction;
  /** @default - the stage hands no findings on */
  readonly findings: FindingsFunction | undefined;
  /** @default - the stage takes nothing in */
  readonly ingest: IngestFunction | undefined;
  /** After so many hours without an event somebody should look. */
  readonly quietStreamHours: number;
  /** After how many hours without one of its events somebody should look, by source. */
  readonly watchedSources: Readonly<Record<string, { readonly quietHours: number }>>;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const QUARTER = Duration.minutes(15);

/** One alarm for each way in which the detector could fail silently, in the order in which data flows. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.all = [
      ...ofIngest(props),
      ...ofTheStream(props),
      ...ofSources(props),
      ...ofDetection(props),
      ...ofAssessment(props),
      ...ofNotification(props),
      ...ofSlack(props),
      ...ofFindings(props),
      ...ofTheWhole(props),
    ].map(
      (definition) =>
        new RunbookAlarm(this, `${definition.heading.replaceAll(' ', '')}${definition.about ?? ''}`, {
          ...props,
          ...definition,
        }).alarm,
    );
  }
}

type Definition = Omit<RunbookAlarmProps, keyof AlarmSurroundings>;

const ofIngest = ({ ingest }: AlarmsProps): readonly Definition[] => {
  if (!ingest) return [];
  const { queues } = ingest;
  const notDelivered = ingest.metricNotDelivered(FIVE_MINUTES);
  return [
    {
      heading: 'Intake is throttled',
      says: 'Lambda refuses to start the function that takes in what sources deliver: its concurrency, or the account’s, is used up.',
      metric: ingest.metric('Throttles', MINUTE),
      threshold: 0,
      periods: 5,
      ofThese: 3,
    },
    {
      heading: 'Records can not be read',
      says: 'Sources deliver records that are no accesses; they lie whole in the evidence bucket.',
      metric: ingest.ownMetric(METRICS.ingestPutAside, QUARTER),
      threshold: 0,
      periods: 1,
    },
    {
      heading: 'An actor is too fast for its shard',
      says: 'Accesses of one actor come faster than 500 a second and are summed up.',
      metric: ingest.ownMetric(METRICS.ingestSummedUp, QUARTER),
      threshold: 0,
      periods: 1,
    },
    {
      heading: 'Intake fails',
      says: 'The function that takes in what sources deliver fails; messages wait, requests are answered with an error.',
      // What it can't read or send it reports to the queue, and ends without an error; that comes again after half an hour.
      metric: new MathExpression({
        expression: 'FILL(errors, 0) + FILL(postponed, 0)',
        usingMetrics: {
          errors: ingest.metric('Errors', FIVE_MINUTES),
          postponed: ingest.ownMetric(METRICS.ingestPostponed, FIVE_MINUTES),
        },
        period: FIVE_MINUTES,
        label: 'not taken in',
      }),
      threshold: 0,
      periods: 12,
      ofThese: 2,
    },
    ...(notDelivered
      ? [
          {
            heading: 'Events do not reach the intake',
            says: 'EventBridge matches data events and can not put them on the queue; it gives each up within a day.',
            metric: notDelivered,
            threshold: 0,
            periods: 1,
          },
        ]
      : []),
    ...(queues.length === 0
      ? []
      : [
          {
            heading: 'Intake falls behind',
            says: 'What sources deliver has waited for a quarter of an hour.',
            // A message that was received three times counts no more: half an hour lies between two deliveries.
            metric: largestOf(queues.map((queue) => queue.metricOldestSeconds(FIVE_MINUTES))),
            threshold: Duration.minutes(15).toSeconds(),
            periods: 3,
          },
          {
            heading: 'Intake gave up',
            says: 'What a source delivered was tried ten times and lies in a dead-letter queue.',
            metric: largestOf(queues.map((queue) => queue.deadLetters.metricWaiting(FIVE_MINUTES))),
            threshold: 0,
            periods: 1,
          },
        ]),
  ];
};

const largestOf = (metrics: readonly Metric[]): MathExpression =>
  new MathExpression({
    expression: 'MAX(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric])),
    period: FIVE_MINUTES,
    label: 'the worst of the queues',
  });

const ofTheStream = ({ accesses, archiver, canary, quietStreamHours }: AlarmsProps): readonly Definition[] => [
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

const ofSources = ({ detect, watchedSources }: AlarmsProps): readonly Definition[] =>
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

const ofDetection = ({ accesses, detect, baselines, links }: AlarmsProps): readonly Definition[] => [
  {
    heading: 'Detection stands still',
    says: 'Events come in and none is judged.',
    metric: new MathExpression({
      expression: 'IF(incoming > 0 AND FILL(applied, 0) == 0, 1, 0)',
      usingMetrics: {
        incoming: accesses.metricIncomingRecords(FIVE_MINUTES),
        applied: detect.ownMetric(METRICS.eventsApplied, FIVE_MINUTES),
      },
      period: FIVE_MINUTES,
      label: 'standing still',
    }),
    threshold: 0,
    periods: 3,
  },
  {
    heading: 'Detection falls behind',
    says: 'Accesses are judged more than a minute after they came in.',
    metric: detect.metric('IteratorAge', MINUTE, Stats.MAXIMUM),
    threshold: Duration.minutes(1).toMilliseconds(),
    periods: 5,
  },
  {
    heading: 'Detection fails',
    says: 'Batches of accesses fail and are tried again.',
    metric: new MathExpression({
      expression: 'FILL(errors, 0) + FILL(failed, 0)',
      usingMetrics: {
        errors: detect.metric('Errors', MINUTE),
        failed: detect.ownMetric(METRICS.batchesFailed, MINUTE),
      },
      period: MINUTE,
      label: 'failed batches',
    }),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Detection is throttled',
    says: 'Lambda refuses to start the detector: the account has no concurrency left.',
    metric: detect.metric('Throttles', MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'The baselines table is throttled',
    says: 'DynamoDB turns the detector away.',
    metric: baselines.metricThrottles(MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'The links table is throttled',
    says: 'DynamoDB turns the detector away where it asks who else met a user or a machine.',
    metric: links.metricThrottles(MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Batches were given up',
    says: 'Accesses were not judged within an hour; they lie whole in the evidence bucket.',
    metric: detect.metricOfMapping('OnFailureDestinationDeliveredEventCount', FIVE_MINUTES),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Events were lost',
    says: 'Accesses were not judged within an hour, and could not be put in the evidence bucket either.',
    metric: detect.metricOfMapping('DroppedEventCount', FIVE_MINUTES),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'Events are quarantined',
    says: 'Records came that are no access events; they lie whole in the evidence bucket.',
    metric: detect.ownMetric(METRICS.eventsQuarantined, QUARTER),
    threshold: 0,
    periods: 1,
  },
  {
    heading: 'One actor fills a shard',
    says: 'One actor sends more than 500 events a second; all of an actor’s events are on one shard, which takes 1,000.',
    metric: detect.ownMetric(METRICS.hottestActor, MINUTE, Stats.MAXIMUM),
    threshold: 500,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Alerts are slow',
    says: 'It takes more than a minute from an access to its alert.',
    metric: detect.ownMetric(METRICS.eventToAlertMilliseconds, QUARTER, Stats.percentile(95)),
    threshold: Duration.minutes(1).toMilliseconds(),
    periods: 2,
  },
];

const ofAssessment = ({ assess }: AlarmsProps): readonly Definition[] => [
  {
    heading: 'Assessment does not run',
    says: 'Settings are not read, thresholds and snapshots grow old, and cases left behind are not told again.',
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

const ofNotification = ({ alerts, notify, alertTopic }: AlarmsProps): readonly Definition[] => [
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

const ofSlack = ({ slack }: AlarmsProps): readonly Definition[] =>
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

const ofFindings = ({ findings }: AlarmsProps): readonly Definition[] =>
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

const ofTheWhole = ({ canary, notify }: AlarmsProps): readonly Definition[] => [
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
