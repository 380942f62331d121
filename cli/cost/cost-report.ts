import { textTable } from '../text-table.ts';
import { ASSUMPTIONS, type CostRow, costRows, type Load, millionsOf, totalOf } from './cost-model.ts';
import type { Measured } from './measured.ts';
import { PRICES, PRICES_AS_OF, PRICES_REGION } from './prices.ts';

const dollars = (amount: number): string =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)}%`;

/**
 * The bill of a deployment, its assumptions with it.
 *
 * @param measured how the traffic is, and how it would be with more events of an employee in a batch
 */
export function costReport(load: Load, measured: readonly Measured[], itemBytes: number): string {
  const [usual, ...others] = measured;
  if (!usual) return '';
  const rows = costRows(load, usual, itemBytes);
  const [dearest] = rows;
  return [
    `${load.eventsPerSecond.toLocaleString('en-US')} events a second, ${load.employees.toLocaleString('en-US')} employees: dollars a month, ${PRICES_REGION}, list prices of ${PRICES_AS_OF} without free tiers`,
    '',
    table(rows),
    '',
    ...perMillion(load, usual, rows),
    ...others.flatMap((other) => perMillion(load, other, costRows(load, other, itemBytes))),
    ...(dearest
      ? [
          `${dearest.resource} dominate${dearest.resource.endsWith('s') ? '' : 's'}: ${share(dearest.onDemand, totalOf(rows, 'onDemand'))} of what it costs on demand`,
        ]
      : []),
    '',
    'Assumed:',
    ...assumptions(load, usual, itemBytes).map((line) => `- ${line}`),
    '',
    `Prices that no second page confirmed on ${PRICES_AS_OF}; check these first:`,
    ...Object.values(PRICES)
      .filter(({ confirmed }) => !confirmed)
      .map(
        ({ dollars: amount, per, unit, source }) =>
          `- $${amount} for ${per.toLocaleString('en-US')} ${unit} (${source})`,
      ),
    '',
  ].join('\n');
}

function table(rows: readonly CostRow[]): string {
  const cells = [
    ['', '', 'on demand', 'provisioned'],
    ...rows.map(({ resource, how, onDemand, provisioned }) => [resource, how, dollars(onDemand), dollars(provisioned)]),
    ['together', '', dollars(totalOf(rows, 'onDemand')), dollars(totalOf(rows, 'provisioned'))],
  ];
  return textTable(cells, (column) => column >= 2).join('\n');
}

function perMillion(load: Load, measured: Measured, rows: readonly CostRow[]): readonly string[] {
  const millions = millionsOf(load);
  const of = measured.of === 'own timing' ? 'as the traffic is' : `where a batch is full, ${measured.of}`;
  return [
    `a million events, ${of} (${measured.eventsPerEmployee.toFixed(2)} of an employee in a batch): ${dollars(totalOf(rows, 'onDemand') / millions)} on demand, ${dollars(totalOf(rows, 'provisioned') / millions)} provisioned`,
  ];
}

const assumptions = (load: Load, measured: Measured, itemBytes: number): readonly string[] => [
  `units, calls and processor time as measured on ${measured.measuredAt.slice(0, 10)} (bench/results): an event of ${measured.eventBytes.toFixed(0)} bytes, an item of ${itemBytes.toFixed(0)}; processors of Lambda are as fast as the one measured on`,
  'events come evenly, all month; no retries, no redelivery',
  `what is provisioned is used to ${share(ASSUMPTIONS.utilisation, 1)}; the stack can provision its stream ("stream" of the stage), its tables are on demand`,
  `one invocation a second and lane, ${ASSUMPTIONS.lanesPerShard} lanes a shard, ${ASSUMPTIONS.leastShards} shards at least on demand; each waits ${1e3 * ASSUMPTIONS.waitingSeconds} ms for DynamoDB`,
  `${ASSUMPTIONS.logBytesPerInvocation.toLocaleString('en-US')} bytes of log an invocation; X-Ray's default sample`,
  `the archiver takes ${ASSUMPTIONS.archivedMicroseconds} µs of a processor an event, and is handed ${ASSUMPTIONS.recordBytes} bytes with each beside its own`,
  `events stay ${ASSUMPTIONS.daysKeptInStream} days in the stream and ${ASSUMPTIONS.archiveDays} in the archive, where compression leaves ${share(ASSUMPTIONS.archivedShare, 1)}`,
  `${measured.linkItems.toFixed(3)} items of links an event, of ${measured.linkBytes.toFixed(1)} bytes together, deleted within ${ASSUMPTIONS.linkDays} days; somebody is refused every minute, and no source is late`,
  `${ASSUMPTIONS.sources} sources, counted by each lane once a minute`,
  `left out: alerts and their mails, requests to KMS (its keys are cached for minutes), ingest, receive, findings, Slack, the data that people download, taxes, support`,
  ...(load.eventsPerSecond > 100_000 ? ['quotas of the account, which so much traffic would meet first'] : []),
];
