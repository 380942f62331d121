import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../../shared/model/metric-names.ts';
import type { IngestFunction } from '../ingest-function.ts';
import type { ReceiveFunction } from '../receive-function.ts';
import { QUARTER } from './alarm-periods.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

export interface IntakeAlarmsProps {
  /** @default - the stage takes nothing in by way of queues */
  readonly ingest: IngestFunction | undefined;
  /** @default - the stage has no URL for records */
  readonly receive: ReceiveFunction | undefined;
}

/** Whether what sources deliver, however it comes, is records of accesses that can be sent on. */
export function intakeAlarms({ ingest, receive }: IntakeAlarmsProps): readonly AlarmDefinition[] {
  const takers = [ingest, receive].filter((fn) => fn !== undefined);
  if (takers.length === 0) return [];
  const countedBy = (name: string) =>
    new MathExpression({
      expression: takers.map((_, i) => `FILL(m${i}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(takers.map((fn, i) => [`m${i}`, fn.ownMetric(name, QUARTER)])),
      period: QUARTER,
      label: name,
    });
  return [
    {
      heading: 'Records can not be read',
      says: 'Sources deliver records that are no accesses; they lie whole in the evidence bucket.',
      metric: countedBy(METRICS.ingestPutAside),
      threshold: 0,
      periods: 1,
    },
    {
      heading: 'An actor is too fast for its shard',
      says: 'Accesses of one actor come faster than 500 a second and are summed up.',
      metric: countedBy(METRICS.ingestSummedUp),
      threshold: 0,
      periods: 1,
    },
  ];
}
