import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IngestFunction } from '../ingest-function.ts';
import type { IngestQueue } from '../ingest-queue.ts';
import { FIVE_MINUTES } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface IntakeQueueAlarmsProps {
  /** @default - the stage takes nothing in */
  readonly ingest: IngestFunction | undefined;
}

/** Whether what sources deliver gets onto a queue, and off it again. */
export function intakeQueueAlarms({ ingest }: IntakeQueueAlarmsProps): readonly AlarmDefinition[] {
  if (!ingest) return [];
  return [...undelivered(ingest), ...(ingest.queues.length > 0 ? waiting(ingest.queues) : [])];
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

const largestOf = (metrics: readonly Metric[]): MathExpression =>
  new MathExpression({
    expression: 'MAX(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, i) => [`m${i}`, metric])),
    period: FIVE_MINUTES,
    label: 'the worst of the queues',
  });
