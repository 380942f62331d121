import { FOLD_EVERY_MS } from '../../functions/assess/assess.ts';
import { LOOKS_READ_MS } from '../../functions/assess/join-late-links.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { SETTINGS_STEP_MS } from '../../shared/pipeline/fold-schedule.ts';
import { REFUSAL_LANES } from '../../shared/stores/dynamo-link-log.ts';
import type { Measured } from './measured.ts';
import { costOf } from './prices.ts';

/** What a deployment has to do. */
export interface Load {
  readonly eventsPerSecond: number;
  readonly employees: number;
}

/** What a resource costs a month, dollars, where stream and tables are paid for by use and where they are provisioned. */
export interface CostRow {
  readonly resource: string;
  readonly how: string;
  readonly onDemand: number;
  readonly provisioned: number;
}

/** What nothing measures and nobody was asked; the report prints each. */
export const ASSUMPTIONS = {
  /** Share of what is provisioned that is used on average. */
  utilisation: 0.7,
  /** A stream on demand begins with so many. */
  leastShards: 4,
  lanesPerShard: 2,
  /** How long an invocation waits for DynamoDB beside its own work: for one read, one write and what stands in line. */
  waitingSeconds: 0.02,
  memoryMegabytes: 1_769,
  logBytesPerInvocation: 1_500,
  /** X-Ray's default: the first of each second, and so large a share of the rest. */
  traceShare: 0.05,
  daysKeptInStream: 7,
  archiveDays: 35,
  /** What compression leaves of an event. */
  archivedShare: 0.15,
  /** Of a processor, to take an event out of its record and compress it: measured once, 18 to 24 µs. */
  archivedMicroseconds: 20,
  /** What Lambda hands over with each record beside its data. */
  recordBytes: 510,
  /** Until DynamoDB has deleted a link that has expired. */
  linkDays: 4,
  /** Each is counted by every lane, once a minute. */
  sources: 3,
  /** Of a stage with every option, each source watched: CloudWatch bills each metric that an alarm looks at. */
  alarmMetrics: 58,
  scanItemsPerSecond: 5_000,
} as const;

const HOURS = 730;
const SECONDS = HOURS * 3_600;
const GB = 1e9;
const KIB = 1_024;
const GIB = 2 ** 30;
/** What DynamoDB adds to each item that it stores (Developer Guide, "DynamoDB Item sizes and formats"). */
const STORED_BESIDE_ITEM = 100;
const SHARD_RECORDS = 1_000;
const SHARD_BYTES_IN = 2 ** 20;
const SHARD_BYTES_OUT = 2 * 2 ** 20;
/** `assess` is started every minute (infra/assess-function.ts). */
const JOIN_EVERY_MS = 60_000;
/** `detect` and `archive`. */
const READERS = 2;

/** As much as one invocation carries, and as long as the archiver's mapping gathers it (infra/archive-function.ts). */
const INVOCATION_BYTES = 6 * 2 ** 20;
const GATHERING_SECONDS = 300;

/** What a deployment costs a month, row by row, the dearest first. */
export function costRows(load: Load, measured: Measured, itemBytes: number): readonly CostRow[] {
  const rows = [
    ...tableRows(load, measured, itemBytes),
    ...streamRows(load, measured),
    ...functionRows(load, measured),
    archiveRow(load, measured),
    fixedRow(),
  ];
  return rows.toSorted((a, b) => b.onDemand - a.onDemand);
}

export const totalOf = (rows: readonly CostRow[], how: 'onDemand' | 'provisioned'): number =>
  rows.reduce((sum, row) => sum + row[how], 0);

/** Events of a month, in millions. */
export const millionsOf = ({ eventsPerSecond }: Load): number => (eventsPerSecond * SECONDS) / 1e6;

function tableRows(load: Load, measured: Measured, itemBytes: number): readonly CostRow[] {
  const { eventsPerSecond, employees } = load;
  const lanes = Math.max(ASSUMPTIONS.leastShards, shardsFor(load, measured)) * ASSUMPTIONS.lanesPerShard;
  const writes = eventsPerSecond * measured.writeUnits + (lanes * ASSUMPTIONS.sources * measured.sourceUnits) / 60;
  // Each lane asks for the settings and the snapshot in force whenever their time has moved on a step.
  const reads =
    eventsPerSecond * measured.readUnits + lanes * (1e3 / SETTINGS_STEP_MS + 1 / 60) + joinUnits(load, measured);
  const linkSeconds = 86_400 * ASSUMPTIONS.linkDays * eventsPerSecond;
  const linkBytes = linkSeconds * (measured.linkBytes + measured.linkItems * STORED_BESIDE_ITEM);
  const employeeBytes = employees * itemBytes;
  // Eventually consistent, by pages: half a unit for 4 KB.
  const scanUnits = employeeBytes / (8 * KIB) / (FOLD_EVERY_MS / 1e3);
  const stored = (employeeBytes + employees * STORED_BESIDE_ITEM + linkBytes) / GB;
  const storage = costOf('tableGigabyteMonths', stored) + costOf('recoveryGigabyteMonths', stored);
  const provisionedHours = (units: number) => (units / ASSUMPTIONS.utilisation) * HOURS;
  return [
    {
      resource: 'DynamoDB writes',
      how: `${measured.writeUnits.toFixed(3)} units an event`,
      onDemand: costOf('writeRequestUnits', writes * SECONDS),
      provisioned: costOf('writeCapacityUnitHours', provisionedHours(writes)),
    },
    {
      resource: 'DynamoDB reads',
      how: `${measured.readUnits.toFixed(3)} units an event`,
      onDemand: costOf('readRequestUnits', reads * SECONDS),
      provisioned: costOf('readCapacityUnitHours', provisionedHours(reads)),
    },
    {
      resource: 'folding',
      how: `${employees.toLocaleString('en-US')} employees read every ${FOLD_EVERY_MS / 60_000} minutes`,
      onDemand: costOf('readRequestUnits', scanUnits * SECONDS),
      provisioned: costOf('readCapacityUnitHours', provisionedHours(scanUnits)),
    },
    {
      resource: 'DynamoDB storage',
      how: `${stored.toFixed(2)} GB with point-in-time recovery`,
      onDemand: storage,
      provisioned: storage,
    },
  ];
}

/** What `assess` reads a second to join refusals with looks: two spans of refusals at most, and looks, where somebody is refused every minute and nothing is late. */
const joinUnits = ({ eventsPerSecond }: Load, { linkBytes }: Measured): number =>
  (eventsPerSecond * linkBytes * (LOOKS_READ_MS / JOIN_EVERY_MS)) / (4 * KIB) +
  (2 * REFUSAL_LANES * 1e3) / JOIN_EVERY_MS;

const shardsFor = ({ eventsPerSecond }: Load, { eventBytes }: Measured) =>
  Math.max(
    1,
    Math.ceil(
      Math.max(
        eventsPerSecond / SHARD_RECORDS,
        (eventsPerSecond * eventBytes) / SHARD_BYTES_IN,
        (READERS * eventsPerSecond * eventBytes) / SHARD_BYTES_OUT,
      ) / ASSUMPTIONS.utilisation,
    ),
  );

function streamRows(load: Load, measured: Measured): readonly CostRow[] {
  const gigabytes = (load.eventsPerSecond * SECONDS * Math.ceil(measured.eventBytes / KIB) * KIB) / GIB;
  const daysKept = ASSUMPTIONS.daysKeptInStream - 1;
  const shards = shardsFor(load, measured);
  return [
    {
      resource: 'Kinesis',
      how: `${ASSUMPTIONS.daysKeptInStream} days kept, read by ${READERS}; provisioned ${shards} shards`,
      onDemand:
        costOf('streamHours', HOURS) +
        costOf('streamGigabytesIn', gigabytes) +
        costOf('streamGigabytesOut', READERS * gigabytes) +
        costOf('streamGigabyteMonthsKept', (gigabytes * daysKept) / 30),
      provisioned:
        costOf('shardHours', shards * HOURS) +
        costOf('shardHoursKept', shards * HOURS) +
        costOf('payloadUnits', load.eventsPerSecond * SECONDS * Math.ceil(measured.eventBytes / (25 * KIB))),
    },
  ];
}

function functionRows(load: Load, measured: Measured): readonly CostRow[] {
  const { waitingSeconds, memoryMegabytes, lanesPerShard, leastShards, scanItemsPerSecond } = ASSUMPTIONS;
  const gigabytes = memoryMegabytes / 1_024;
  const detect = (shards: number) => {
    const invocations = Math.min(load.eventsPerSecond, shards * lanesPerShard) * SECONDS;
    const seconds = load.eventsPerSecond * SECONDS * measured.cpuSeconds + invocations * waitingSeconds;
    return {
      lambda: costOf('lambdaRequests', invocations) + costOf('lambdaGigabyteSeconds', seconds * gigabytes),
      watching: watchingOf(invocations),
    };
  };
  const onDemand = detect(Math.max(leastShards, shardsFor(load, measured)));
  const provisioned = detect(shardsFor(load, measured));
  const foldSeconds = (load.employees / scanItemsPerSecond) * (SECONDS / (FOLD_EVERY_MS / 1e3));
  const assess = costOf('lambdaRequests', SECONDS / 60) + costOf('lambdaGigabyteSeconds', foldSeconds * gigabytes);
  return [
    {
      resource: 'Lambda, detect',
      how: `${(measured.cpuSeconds * 1e6).toFixed(0)} µs of a processor an event`,
      onDemand: onDemand.lambda,
      provisioned: provisioned.lambda,
    },
    {
      resource: 'logs and traces',
      how: 'of each invocation',
      onDemand: onDemand.watching,
      provisioned: provisioned.watching,
    },
    {
      resource: 'Lambda, assess',
      how: `${scanItemsPerSecond.toLocaleString('en-US')} items a second`,
      onDemand: assess,
      provisioned: assess,
    },
  ];
}

const watchingOf = (invocations: number): number =>
  costOf('logGigabytes', (invocations * ASSUMPTIONS.logBytesPerInvocation) / GB) +
  costOf('traces', Math.min(invocations, SECONDS) + Math.max(0, invocations - SECONDS) * ASSUMPTIONS.traceShare);

/** Each invocation puts one object. */
function archiveRow(load: Load, measured: Measured): CostRow {
  const { archivedShare, archiveDays, archivedMicroseconds, recordBytes, memoryMegabytes, leastShards } = ASSUMPTIONS;
  const { eventBytes } = measured;
  const events = load.eventsPerSecond * SECONDS;
  const stored = (events * eventBytes * archivedShare * archiveDays * 24) / HOURS / GB;
  const handedOver = events * (recordBytes + Math.ceil(eventBytes / 3) * 4);
  const seconds = (events * archivedMicroseconds) / 1e6;
  const costWith = (shards: number) => {
    const invocations = Math.max((shards * SECONDS) / GATHERING_SECONDS, handedOver / INVOCATION_BYTES);
    return (
      costOf('objectGigabyteMonths', stored) +
      costOf('objectsPut', invocations) +
      costOf('lambdaRequests', invocations) +
      // A share of a processor takes as many times longer.
      costOf('lambdaGigabyteSeconds', (seconds * memoryMegabytes) / 1_024) +
      watchingOf(invocations)
    );
  };
  const shards = shardsFor(load, measured);
  return {
    resource: 'archive',
    how: `${stored.toFixed(0)} GB in S3, and the function that puts it there`,
    onDemand: costWith(Math.max(leastShards, shards)),
    provisioned: costWith(shards),
  };
}

function fixedRow(): CostRow {
  const metrics = Object.keys(METRICS).length;
  // Lambda polls the queue of alerts with five pollers, twenty seconds each.
  const polls = (5 * SECONDS) / 20;
  const cost =
    costOf('metricMonths', metrics) +
    costOf('alarmMetricMonths', ASSUMPTIONS.alarmMetrics) +
    costOf('dashboardMonths', 1) +
    costOf('keyMonths', 1) +
    costOf('secretMonths', 2) +
    costOf('queueRequests', polls);
  return {
    resource: 'whatever the traffic',
    how: `${metrics} metrics, ${ASSUMPTIONS.alarmMetrics} metrics in alarms, a dashboard, a key, two secrets, a queue`,
    onDemand: cost,
    provisioned: cost,
  };
}
