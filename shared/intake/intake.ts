import { createHash } from 'node:crypto';
import type { RecordReading } from '../formats/record-reading.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { METRICS } from '../model/metric-names.ts';
import { type SummedEvent, sumUpEvents } from '../pipeline/sum-up-events.ts';
import type { QuarantinedRecord, RecordArchive } from '../stores/ports.ts';
import { BYTES_A_RECORD, inCalls, type OutgoingRecord, RecordsNotTaken, sizeOf } from '../stores/put-records.ts';
import { keyOf, type RecentEvents } from './recent-events.ts';

/** What turns source records into accesses on the stream. */
export interface IntakePorts {
  /** Puts one call's records on the stream. @throws RecordsNotTaken */
  readonly put: <Outgoing extends OutgoingRecord>(records: readonly Outgoing[]) => Promise<void>;
  readonly archive: Pick<RecordArchive, 'quarantine'>;
  readonly recent: RecentEvents;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly count: (metric: string, value: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** What became of the records taken in so far. */
export interface IntakeReport {
  readonly sent: number;
  readonly repeated: number;
  readonly notConcerned: number;
  readonly putAside: number;
  /** Of those sent or repeated, how many lack what a session or a statement's other row would have said. */
  readonly unjoined: number;
}

/** Records wait here until there are enough for the stream. */
export interface Intake {
  /**
   * @param readings what a record means
   * @param bytes the record as it came, to be put aside where it can't be read
   * @param origin whose delivery brought it: what has to be delivered again if the stream doesn't take it
   */
  readonly add: (readings: readonly RecordReading[], bytes: Uint8Array, origin: string) => void;
  readonly isFull: () => boolean;
  /** Puts aside what can't be read, then the rest on the stream. @returns the origins of what the stream did not take */
  readonly flush: () => Promise<ReadonlySet<string>>;
  readonly report: () => IntakeReport;
}

interface Waiting {
  readonly event: AccessEvent;
  readonly key: string;
  readonly origin: string;
}
type Outgoing = OutgoingRecord & { readonly of: readonly Waiting[] };

/** What waited for another record until the end has none of its own. */
export const NO_BYTES = new Uint8Array();

/** Enough to see a second of a fast actor together, and few enough to be held. */
const RECORDS_HELD = 5_000;
const BYTES_HELD = 16 * 1_048_576;

export function createIntake(ports: IntakePorts): Intake {
  let waiting: Waiting[] = [];
  let aside: QuarantinedRecord[] = [];
  let bytesHeld = 0;
  const report = { sent: 0, repeated: 0, notConcerned: 0, putAside: 0, unjoined: 0 };
  let counted = { ...report };

  const putAside = (bytes: Uint8Array, reason: string) => {
    aside.push({ reason, data: Buffer.from(bytes).toString('base64'), arrival: ports.now() });
  };

  const add: Intake['add'] = (readings, bytes, origin) => {
    bytesHeld += bytes.length;
    const broken = readings.find((reading) => reading.kind === 'invalid');
    if (broken) putAside(bytes, broken.reason);
    for (const reading of readings) {
      if (reading.kind === 'not-concerned' || reading.kind === 'sign-in') report.notConcerned++;
      else if (reading.kind === 'event') {
        if (reading.unjoined) report.unjoined++;
        waiting.push({ event: reading.value, key: keyOf(reading.value), origin });
      }
    }
  };

  const flush: Intake['flush'] = async () => {
    const outgoing = sumUpEvents(takeWaiting()).flatMap((summed) => outgoingOf(summed, putAside));
    await archive();
    const postponed = new Set<string>();
    for (const call of inCalls(outgoing, (record) => record)) {
      const refused = await putCall(call);
      for (const { origin } of refused) postponed.add(origin);
      const taken = call.flatMap(({ of }) => of).filter((item) => !refused.has(item));
      // No earlier: what was read but not sent must not pass for a repetition when it comes again.
      for (const { key } of taken) ports.recent.add(key);
      report.sent += taken.length;
    }
    ports.count(METRICS.ingestSummedUp, outgoing.filter(({ of }) => of.length > 1).flatMap(({ of }) => of).length);
    countNew();
    return postponed;
  };

  /** Each event once, without what the stream has. */
  const takeWaiting = (): readonly Waiting[] => {
    const first = new Map<string, Waiting>();
    for (const item of waiting) if (!first.has(item.key) && !ports.recent.has(item.key)) first.set(item.key, item);
    report.repeated += waiting.length - first.size;
    waiting = [];
    bytesHeld = 0;
    return [...first.values()];
  };

  const countNew = () => {
    ports.count(METRICS.ingestSent, report.sent - counted.sent);
    ports.count(METRICS.ingestRepeated, report.repeated - counted.repeated);
    ports.count(METRICS.ingestNotConcerned, report.notConcerned - counted.notConcerned);
    ports.count(METRICS.ingestPutAside, report.putAside - counted.putAside);
    ports.count(METRICS.ingestUnjoined, report.unjoined - counted.unjoined);
    counted = { ...report };
  };

  /** An object is named after what it holds, so that a repeated delivery overwrites its own. */
  const archive = async () => {
    const records = aside;
    aside = [];
    report.putAside += records.length;
    if (records.length === 0) return;
    const hash = createHash('sha256');
    for (const { data } of records) hash.update(data);
    await ports.archive.quarantine(`ingest-${hash.digest('hex').slice(0, 32)}`, records);
  };

  /** @returns what the stream did not take */
  const putCall = async (call: readonly Outgoing[]): Promise<ReadonlySet<Waiting>> => {
    try {
      await ports.put(call);
      return new Set();
    } catch (error) {
      if (!(error instanceof RecordsNotTaken)) throw error;
      ports.warn('the stream did not take records', error);
      return new Set((error.records as readonly Outgoing[]).flatMap(({ of }) => of));
    }
  };

  return {
    add,
    isFull: () => waiting.length + aside.length >= RECORDS_HELD || bytesHeld >= BYTES_HELD,
    flush,
    report: () => ({ ...report }),
  };
}

/** @returns nothing for an event that no record can hold; it is put aside */
function outgoingOf(
  { event, of }: SummedEvent<Waiting>,
  putAside: (bytes: Uint8Array, reason: string) => void,
): readonly Outgoing[] {
  const record = { partitionKey: event.actor.id, data: new TextEncoder().encode(JSON.stringify(event)), of };
  if (sizeOf(record) <= BYTES_A_RECORD) return [record];
  putAside(record.data, `with its actor's id longer than the ${BYTES_A_RECORD} bytes of a record`);
  return [];
}
