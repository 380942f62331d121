import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import { createInputsInForce } from '../../functions/detect/inputs-in-force.ts';
import { SNAPSHOT_DELAY_MS } from '../../shared/pipeline/fold-schedule.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import type { DynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import type { AlertQueue, RecordArchive } from '../../shared/stores/ports.ts';
import { publishDirectory, publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { encodeSettings, settingsName } from '../../shared/stores/settings-value.ts';
import { encodeSnapshot, snapshotName } from '../../shared/stores/snapshot-value.ts';
import { createMemoryTables, type Metered } from '../metering/memory-tables.ts';
import { answeredOnTheWire, answeringCall, noAnswerTime } from '../metering/metered-call.ts';
import type { Batch } from './batches.ts';
import type { SettledCompany } from './settled-company.ts';

/** The real stores over tables in memory that count what DynamoDB would have billed. */
export interface MeteredDetection {
  /**
   * A cold start and then the batches, one after the other, from the company as it was settled.
   *
   * @throws Error where a record was not applied
   */
  readonly run: (batches: readonly Batch[]) => Promise<Detected>;
}

/** What a run did. */
export interface Detected {
  readonly events: number;
  /** Of the records, as the producers sent them. */
  readonly bytes: number;
  /** Distinct employees of each batch, summed. */
  readonly employees: number;
  readonly alerts: number;
  /** Requests to DynamoDB and SQS. */
  readonly calls: number;
  /** Of the table of baselines, which whatever else is not a link lies in too. */
  readonly baselines: Metered;
  /** Of who was refused which user, and of who uses which machine for the first time. */
  readonly links: Metered;
  /** Of what batches note of their refusals and looks. */
  readonly linkLog: Metered;
  /** Of the table of what is judged by: grows with time and cold starts, not with events. */
  readonly directory: Metered;
  /** Seconds by the clock and of processors, less what the tables took to answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Where the calls of the stores end: at once, or serialised and signed, where the wire would begin. */
export type MeteredAt = 'call' | 'wire';

/** Of what, by the name of their definitions. */
export const BASELINES_TABLE = 'baselines';
export const LINKS_TABLE = 'links';
export const LINK_LOG_TABLE = 'linkLog';
export const DIRECTORY_TABLE = 'directory';
export const CASES_TABLE = 'cases';

/** @param at whether serialising and signing is part of what is measured; counts are the same */
export async function meteredDetection(company: SettledCompany, at: MeteredAt): Promise<MeteredDetection> {
  const tables = createMemoryTables();
  const answerTime = noAnswerTime();
  nameNobody();
  const call = (at === 'call' ? answeringCall : answeredOnTheWire)(tables, answerTime);
  await settleTables(call, company);
  const settled = tables.save();
  return {
    run: async (batches) => {
      tables.restore(settled);
      const queue = { calls: 0 };
      const ports = detectPorts(call, company, queue);
      const detected = { employees: 0, alerts: 0 };
      Object.assign(answerTime, noAnswerTime());
      const started = performance.now();
      const cpuBefore = process.cpuUsage();
      for (const batch of batches) {
        const report = await detect(batch, ports);
        if (report.failed || report.quarantined) throw new Error(`a batch failed: ${JSON.stringify(report.response)}`);
        detected.employees += new Set(batch.map(({ kinesis }) => kinesis.partitionKey)).size;
        detected.alerts += report.alerts.length;
      }
      const { user, system } = process.cpuUsage(cpuBefore);
      const seconds = (performance.now() - started) / 1e3 - answerTime.seconds;
      const records = batches.flat();
      const metered = [BASELINES_TABLE, LINKS_TABLE, LINK_LOG_TABLE, DIRECTORY_TABLE, CASES_TABLE].map(tables.metered);
      return {
        ...detected,
        events: records.length,
        bytes: records.reduce((sum, { kinesis }) => sum + Buffer.byteLength(kinesis.data, 'base64'), 0),
        calls:
          queue.calls +
          metered.flatMap(({ requests }) => Object.values(requests)).reduce((sum, count) => sum + count, 0),
        baselines: tables.metered(BASELINES_TABLE),
        links: tables.metered(LINKS_TABLE),
        linkLog: tables.metered(LINK_LOG_TABLE),
        directory: tables.metered(DIRECTORY_TABLE),
        seconds,
        cpuSeconds: (user + system) / 1e6 - answerTime.cpuSeconds,
      };
    },
  };
}

/** The account: one that doesn't exist, so that whatever answers, it is not AWS. */
export function nameNobody(): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nothing',
  });
}

/** Writes everything that a deployment would have by then. */
export async function settleTables(call: DynamoCall, company: SettledCompany): Promise<void> {
  const { settledAt } = company;
  const baselines = createDynamoBaselineStore({ call, tableName: BASELINES_TABLE });
  await Promise.all([...company.baselines].map(([actorId, baseline]) => baselines.save(actorId, baseline, 0)));
  const references = createDynamoReferenceStore({ call, tableName: DIRECTORY_TABLE });
  const stamp = settledAt - 2 * SNAPSHOT_DELAY_MS;
  const directory = await publishDirectory(references, company.directoryRows, stamp);
  const networks = await publishNetworks(references, company.networks, stamp);
  const snapshot = encodeSnapshot({ ...company.snapshot, stamp, directory, networks });
  const name = snapshotName(stamp, snapshot);
  await references.put(name, snapshot);
  await references.publish('snapshot', stamp, name);
  const settings = encodeSettings({});
  await references.put(settingsName({}), settings);
  await references.publish('settings', stamp, settingsName({}));
}

/** The ports of `detect` over whatever answers calls; alerts are counted and go nowhere. @param queue counts requests to SQS */
export function detectPorts(call: DynamoCall, company: SettledCompany, queue: { calls: number }): DetectPorts {
  const { addressCountry, subjectKey } = company.context;
  return {
    baselines: createDynamoBaselineStore({ call, tableName: BASELINES_TABLE }),
    inputsFor: createInputsInForce(createDynamoReferenceStore({ call, tableName: DIRECTORY_TABLE }), {
      addressCountry,
      subjectKey,
    }),
    links: createDynamoLinkStore({ call, tableName: LINKS_TABLE, logTableName: LINK_LOG_TABLE, now: Date.now }),
    held: createDynamoHeldWindowStore({ call, tableName: BASELINES_TABLE }),
    cases: createDynamoCaseStore({ call, tableName: CASES_TABLE }),
    alerts: countingQueue(queue),
    archive: NO_ARCHIVE,
    sources: createSourceCounter(createDynamoSourceDayStore({ call, tableName: BASELINES_TABLE }), fail),
    warn: fail,
  };
}

/** Nothing goes wrong in a benchmark. */
const fail = (message: string, error: unknown): never => {
  throw new Error(message, { cause: error });
};

/** Ten alerts go in one request (shared/stores/sqs-alert-queue.ts). */
const countingQueue = (queue: { calls: number }): AlertQueue => ({
  send: async (alerts) => {
    queue.calls += Math.ceil(alerts.length / 10);
  },
});

/** Nothing is put aside in a benchmark. */
const NO_ARCHIVE: RecordArchive = {
  quarantine: async (name) => {
    throw new Error(`${name} was put aside`);
  },
  noteNotApplied: async ({ batchName }) => {
    throw new Error(`${batchName} was not applied`);
  },
};
