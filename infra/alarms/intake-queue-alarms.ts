import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { IngestFunction } from '../ingest-function.ts';
import type { IngestQueue } from '../ingest-queue.ts';
import { FIVE_MINUTES, MINUTE } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface IntakeQueueAlarmsProps {
  /** @default - the stage takes nothing in by way of queues */
  readonly ingest: IngestFunction | undefined;
}

/** Whether what sources deliver by way of queues gets onto them, and off again. */
export function intakeQueueAlarms({ ingest }: IntakeQueueAlarmsProps): readonly AlarmDefinition[] {
  if (!ingest) return [];
  return [...undelivered(ingest), ...waiting(ingest.queues), ...failing(ingest)];
}

function undelivered(ingest: IngestFunction): readonly AlarmDefinition[] {
  const metric = ingest.metricNotDelivered(FIVE_MINUTES);
  if (!metric) return [];
  return [
    {
      heading: 'Events do not reach the intake',
      says: 'EventBridge matches data events and can not put them on the queue; it gives each up within a day.',
      metric,
      threshold: 0,
      periods: 1,
    },
  ];
}

const waiting = (queues: readonly IngestQueue[]): readonly AlarmDefinition[] => [
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
];

const failing = (ingest: IngestFunction): readonly AlarmDefinition[] => [
  {
    heading: 'Intake is throttled',
    says: 'Lambda refuses to start the function that takes in what sources deliver: the account has no concurrency left.',
    metric: ingest.metric('Throttles', MINUTE),
    threshold: 0,
    periods: 5,
    ofThese: 3,
  },
  {
    heading: 'Intake fails',
    says: 'The function that takes in what sources deliver fails; messages wait.',
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
];

const largestOf = (metrics: readonly Metric[]): MathExpression =>
  new MathExpression({
    expression: 'MAX(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric])),
    period: FIVE_MINUTES,
    label: 'the worst of the queues',
  });
