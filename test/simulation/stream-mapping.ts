import { laneOf } from '../../infra/local/batch-delivery.ts';
import {
  afterInvocation,
  completedRecords,
  cutBatches,
  expiredRecords,
  type InvocationResult,
  type PendingBatch,
} from '../../infra/local/batch-outcome.ts';
import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import type { Agenda } from './agenda.ts';
import type { Schedule } from './schedule.ts';
import type { Shard, Stream } from './stream-shards.ts';

/** What the mapping does with the world. */
export interface MappingPorts {
  /** Runs the function on a batch. @param ended told once; the function may go on after that */
  readonly invoke: (
    records: readonly StreamRecord[],
    ended: (result: InvocationResult, next: AfterBatch) => void,
  ) => void;
  /** The on-failure destination. */
  readonly discard: (records: readonly StreamRecord[]) => void;
  /** Milliseconds until a shard is polled again, and until a failed batch is tried again after so many failures. */
  readonly pollDelay: () => number;
  readonly retryDelay: (failures: number) => number;
}

/** How many records before its position a lane is to read again: another poller took over from an older checkpoint. */
export interface AfterBatch {
  readonly back: number;
}

/**
 * Lambda's event source mapping for a stream, on simulated time. What becomes of a batch is decided by the same functions as
 * on one machine (`infra/local/batch-outcome.ts`); this is about when and beside what. Sources: AWS Lambda Developer Guide,
 * "Using Lambda to process records from Amazon Kinesis Data Streams" (polling, batching window, 6 MB, concurrent batches in
 * order of partition key) and the pages that `batch-outcome` names; "event source mappings process each event at least once".
 *
 * Of one shard, as many lanes as the parallelization factor work side by side, each on its own partition keys, one batch at
 * a time. A batch that fails blocks its lane until it is done or given up. A child waits for its parents, or doesn't.
 */
export interface StreamMapping {
  /** Something was put on a shard, or shards changed. */
  readonly wake: () => void;
  /** Whether nothing is left to read, under way or waiting for another try. */
  readonly idle: () => boolean;
}

interface Lane {
  readonly records: StreamRecord[];
  /** Records read, batched and handed over. */
  position: number;
  /** Batches that come before anything later. */
  readonly pending: PendingBatch[];
  busy: boolean;
  failures: number;
}

interface ReadShard {
  readonly shard: Shard;
  /** Records of the shard that are in lanes already. */
  read: number;
  readonly lanes: readonly Lane[];
}

export function createStreamMapping(
  { mapping, parentsFirst }: Pick<Schedule, 'mapping' | 'parentsFirst'>,
  stream: Stream,
  agenda: Agenda,
  ports: MappingPorts,
): StreamMapping {
  const { batchSize, maximumRecordAgeInSeconds, parallelizationFactor } = mapping;
  const windowMs = mapping.maximumBatchingWindowSeconds * 1_000;
  const known = new Map<Shard, ReadShard>();

  const readShard = (shard: Shard): ReadShard => {
    let reading = known.get(shard);
    if (!reading) {
      const lanes = Array.from({ length: parallelizationFactor }, newLane);
      reading = { shard, read: 0, lanes };
      known.set(shard, reading);
    }
    return reading;
  };
  const isDone = (shard: Shard): boolean =>
    shard.closed && shard.parents.every((parent) => !parentsFirst || isDone(parent)) && nothingLeft(readShard(shard));

  const wake = () => {
    for (const shard of stream.shards()) {
      if (parentsFirst && !shard.parents.every(isDone)) continue;
      const reading = readShard(shard);
      for (; reading.read < shard.records.length; reading.read++) {
        const record = shard.records[reading.read];
        if (record) reading.lanes[laneOf(record.partitionKey, parallelizationFactor)]?.records.push(record);
      }
      for (const lane of reading.lanes) work(shard, lane);
    }
  };
  const wakeAfter = (delay: number) => agenda.at(agenda.now() + delay, wake);

  const work = (shard: Shard, lane: Lane) => {
    if (lane.busy) return;
    const batch = lane.pending.shift() ?? gather(shard, lane);
    if (!batch) return;
    const { from, to } = batch;
    const records = lane.records.slice(from, to);
    const arrivals = records.map(({ arrivedAt }) => arrivedAt);
    const expired = expiredRecords(arrivals, agenda.now(), maximumRecordAgeInSeconds);
    if (expired > 0) {
      ports.discard(records.slice(0, expired));
      if (from + expired < to) lane.pending.unshift({ from: from + expired, to, invocations: 0 });
      wakeAfter(0);
      return;
    }
    lane.busy = true;
    ports.invoke(records, (result, { back }) => {
      lane.busy = false;
      const delay = conclude(lane, batch, records, result);
      if (lane.pending.length === 0) lane.position = Math.max(0, lane.position - back);
      wakeAfter(delay);
    });
  };

  /** As many records as a batch takes, once there are as many or the oldest has waited for the window. */
  const gather = (shard: Shard, lane: Lane): PendingBatch | undefined => {
    const waiting = lane.records.slice(lane.position);
    const [first] = waiting;
    if (!first) return undefined;
    const [cut, more] = cutBatches(
      waiting.map(({ payloadBytes }) => payloadBytes),
      batchSize,
    );
    const due = first.arrivedAt + windowMs;
    if (!more && waiting.length < batchSize && !shard.closed && agenda.now() < due) {
      agenda.at(due, wake);
      return undefined;
    }
    const from = lane.position;
    lane.position += cut?.to ?? 0;
    return { from, to: lane.position, invocations: 0 };
  };

  /** @returns milliseconds until the lane goes on */
  const conclude = (
    lane: Lane,
    batch: PendingBatch,
    records: readonly StreamRecord[],
    result: InvocationResult,
  ): number => {
    const sequenceNumbers = records.map(({ sequenceNumber }) => sequenceNumber);
    const completed = completedRecords(result, sequenceNumbers, mapping.reportBatchItemFailures);
    const next = afterInvocation(mapping, batch, completed);
    if (next.kind === 'invoke') {
      lane.failures = completed > 0 ? 1 : lane.failures + 1;
      lane.pending.unshift(...next.batches);
      return ports.retryDelay(lane.failures);
    }
    lane.failures = 0;
    if (next.kind === 'discard') ports.discard(records);
    return 0;
  };

  return {
    wake: () => wakeAfter(ports.pollDelay()),
    idle: () =>
      stream.shards().every((shard) => readShard(shard).read === shard.records.length && nothingLeft(readShard(shard))),
  };
}

const newLane = (): Lane => ({ records: [], position: 0, pending: [], busy: false, failures: 0 });

const nothingLeft = ({ shard, read, lanes }: ReadShard) =>
  read === shard.records.length &&
  lanes.every(({ records, position, pending, busy }) => !busy && pending.length === 0 && position === records.length);
