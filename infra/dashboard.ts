import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ALERTS_PUBLISHED_BY_SEVERITY, METRICS } from '../shared/model/metric-names.ts';
import type { AlarmsProps } from './alarms/alarms.ts';
import { resourceName } from './resource-names.ts';

export interface DashboardProps extends Omit<AlarmsProps, 'topic' | 'quietStreamHours' | 'watchedSources'> {
  readonly alarms: readonly Alarm[];
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/** What an operator looks at: is it awake, is it fast, does it tell people, is the budget kept, what does it cost. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: resourceName(props.stage, 'overview'),
      defaultInterval: Duration.days(1),
      widgets: [
        [
          new TextWidget({
            markdown: `# Borderwatch ${props.stage}\nRunbook: ${props.runbookUrl}`,
            width: 24,
            height: 2,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 5 })],
        flow(props),
        alerting(props),
        trouble(props),
        cost(props),
      ],
    });
  }
}

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): IWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], leftYAxis: { min: 0 }, width: 8, height: 6 });

const flow = ({ accesses, detect }: DashboardProps): IWidget[] => [
  graph('Events a second', [
    new MathExpression({
      expression: 'incoming / PERIOD(incoming)',
      usingMetrics: { incoming: accesses.metricIncomingRecords(MINUTE) },
      period: MINUTE,
      label: 'in',
    }),
    new MathExpression({
      expression: 'applied / PERIOD(applied)',
      usingMetrics: { applied: detect.ownMetric(METRICS.eventsApplied, MINUTE) },
      period: MINUTE,
      label: 'judged',
    }),
  ]),
  graph('Detection behind the stream, milliseconds', [detect.metric('IteratorAge', MINUTE, Stats.MAXIMUM)]),
  graph('From access to alert, milliseconds', [
    detect.ownMetric(METRICS.eventToAlertMilliseconds, FIVE_MINUTES, Stats.percentile(50)),
    detect.ownMetric(METRICS.eventToAlertMilliseconds, FIVE_MINUTES, Stats.percentile(95)),
    detect.ownMetric(METRICS.eventToAlertMilliseconds, FIVE_MINUTES, Stats.MAXIMUM),
  ]),
];

const alerting = ({ detect, assess, notify, alerts, canary }: DashboardProps): IWidget[] => [
  graph(
    'Alerts told, by severity',
    Object.values(ALERTS_PUBLISHED_BY_SEVERITY).map((name) => notify.ownMetric(name, HOUR)),
  ),
  graph('Alerts a day: asked for and raised', [
    assess.ownMetric(METRICS.budgetAsked, HOUR, Stats.MAXIMUM),
    new MathExpression({
      expression: 'FILL(raised, 0) / (PERIOD(raised) / 86400)',
      usingMetrics: { raised: detect.ownMetric(METRICS.alertsRaised, Duration.days(1)) },
      period: Duration.days(1),
      label: 'raised by statistics',
    }),
  ]),
  graph(
    'Between detection and people',
    [alerts.metricWaiting(MINUTE), alerts.metricDeadLetters(MINUTE)],
    [
      alerts.metricOldestSeconds(MINUTE),
      detect.ownMetric(METRICS.alertsQueued, MINUTE),
      notify.ownMetric(METRICS.alertsPublished, MINUTE),
    ],
  ),
  graph(
    'The canary',
    [canary.ownMetric(METRICS.canarySent, HOUR), notify.ownMetric(METRICS.canaryHeard, HOUR)],
    [notify.ownMetric(METRICS.canaryMilliseconds, HOUR, Stats.MAXIMUM)],
  ),
  graph('Addresses that mail does not reach', [canary.ownMetric(METRICS.mailUnconfirmed, HOUR, Stats.MAXIMUM)]),
];

const trouble = (props: DashboardProps): IWidget[] => [
  ...troubleOnTheWay(props),
  graph('Dead letters', deadLettersOf(props)),
];

/** Every queue in which something lies that was given up. */
const deadLettersOf = ({ alerts, slack, findings, ingest }: DashboardProps): readonly IMetric[] => [
  alerts.metricDeadLetters(MINUTE),
  ...[slack, findings, ...(ingest?.queues ?? [])]
    .filter((owner) => owner !== undefined)
    .map(({ deadLetters }) => deadLetters.metricWaiting(MINUTE)),
];

const troubleOnTheWay = ({
  accesses,
  archiver,
  detect,
  assess,
  notify,
  baselines,
  links,
  linkLog,
  ingest,
  receive,
}: DashboardProps): IWidget[] => [
  graph('Set aside', [
    detect.ownMetric(METRICS.eventsQuarantined, FIVE_MINUTES),
    detect.ownMetric(METRICS.duplicatesSkipped, FIVE_MINUTES),
    detect.metricOfMapping('OnFailureDestinationDeliveredEventCount', FIVE_MINUTES),
    detect.metricOfMapping('DroppedEventCount', FIVE_MINUTES),
  ]),
  graph('Errors', [
    ...[detect, assess, notify, archiver].map((fn) => fn.metric('Errors', FIVE_MINUTES)),
    detect.ownMetric(METRICS.batchesFailed, FIVE_MINUTES),
    detect.ownMetric(METRICS.writeConflicts, FIVE_MINUTES),
    assess.ownMetric(METRICS.settingsInvalid, FIVE_MINUTES, Stats.MAXIMUM),
  ]),
  graph(
    'Throttles and delays',
    [
      ...[detect, assess, notify, archiver, ingest, receive]
        .filter((fn) => fn !== undefined)
        .map((fn) => fn.metric('Throttles', FIVE_MINUTES)),
      baselines.metricThrottles(FIVE_MINUTES),
      links.metricThrottles(FIVE_MINUTES),
      linkLog.metricThrottles(FIVE_MINUTES),
      accesses.metricWriteThrottled(FIVE_MINUTES),
    ],
    [archiver.metric('IteratorAge', FIVE_MINUTES, Stats.MAXIMUM)],
  ),
];

const cost = ({ accesses, detect, assess, notify, baselines, links, linkLog }: DashboardProps): IWidget[] => [
  graph('What costs: reads and writes', [
    baselines.metricConsumedReads(HOUR),
    baselines.metricConsumedWrites(HOUR),
    links.metricConsumedReads(HOUR),
    links.metricConsumedWrites(HOUR),
    linkLog.metricConsumedReads(HOUR),
    linkLog.metricConsumedWrites(HOUR),
  ]),
  graph(
    'What costs: milliseconds of functions',
    [detect, assess, notify].map((fn) => fn.metric('Duration', HOUR)),
  ),
  graph('What costs: bytes in the stream', [accesses.metricIncomingBytes(HOUR)]),
];
