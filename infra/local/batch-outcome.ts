/**
 * What Lambda's event source mapping for streams does after an invocation: pure decisions, without a clock or a network.
 *
 * Sources: AWS Lambda Developer Guide, "Configuring partial batch response with Kinesis Data Streams and Lambda" and
 * "Retain discarded batch records for a Kinesis Data Streams event source". Where the guide is silent it follows what was
 * recorded against the real service: with two records done and the third failing for good, `MaximumRetryAttempts` 3 gives the
 * third five invocations and an `approximateInvokeCount` of 4. So retries are counted for one and the same batch, and a
 * checkpoint that moves starts a new one.
 */

/** The settings of an event source mapping that decide about failures; names and values are those of AWS. */
export interface FailurePolicy {
  readonly reportBatchItemFailures: boolean;
  readonly bisectBatchOnFunctionError: boolean;
  /** Invocations of the same batch after the first; -1 is without end. */
  readonly maximumRetryAttempts: number;
}

/** What a function did with a batch. */
export type InvocationResult =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown };

/** Records `from` up to, not including, `to` of what was read together, to be handed to the function as one event. */
export interface PendingBatch {
  readonly from: number;
  readonly to: number;
  /** How often exactly this batch was handed over already. */
  readonly invocations: number;
}

export type NextStep =
  | { readonly kind: 'done' }
  /** Hand over these batches, in this order and before anything later. */
  | { readonly kind: 'invoke'; readonly batches: readonly PendingBatch[] }
  /** Retries are exhausted: give the batch to the on-failure destination and move on. */
  | { readonly kind: 'discard'; readonly batch: PendingBatch };

/**
 * How many records at the front of a batch are done with: all of them after a success, none after a failure, and those before
 * the lowest reported sequence number after a partial batch response.
 *
 * A missing, null or empty list is a success; an entry without a known sequence number fails the whole batch.
 *
 * @param sequenceNumbers those of the batch, ascending
 */
export function completedRecords(
  result: InvocationResult,
  sequenceNumbers: readonly string[],
  reportBatchItemFailures: boolean,
): number {
  if (result.kind === 'threw') return 0;
  if (!reportBatchItemFailures) return sequenceNumbers.length;
  const failures = batchItemFailures(result.value);
  if (failures === undefined) return 0;
  const positions = failures.map((identifier) => sequenceNumbers.indexOf(identifier));
  // -1, a record of some other batch, is lower than any position: the whole batch failed.
  return Math.max(0, Math.min(sequenceNumbers.length, ...positions));
}

/**
 * The identifiers in a batch response of a stream or of a queue.
 *
 * @returns none after a success; undefined when the response itself says nothing usable, which fails the whole batch
 */
export function batchItemFailures(response: unknown): readonly string[] | undefined {
  if (typeof response !== 'object' || response === null) return [];
  const list = 'batchItemFailures' in response ? response.batchItemFailures : undefined;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const identifiers = list.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'itemIdentifier' in entry ? entry.itemIdentifier : undefined,
  );
  const usable = identifiers.filter((identifier) => typeof identifier === 'string' && identifier !== '');
  return usable.length === identifiers.length ? (usable as string[]) : undefined;
}

/**
 * What comes after an invocation.
 *
 * - A checkpoint that moved leaves the remaining records as a new batch, with retries of its own.
 * - A failure of more than one record splits the batch where that is switched on; a split is no retry, so the halves start anew.
 * - Anything else is retried whole until the attempts are used up.
 *
 * @param batch as it was handed over, this invocation not counted
 * @param completed from completedRecords
 */
export function afterInvocation(policy: FailurePolicy, batch: PendingBatch, completed: number): NextStep {
  const { from, to } = batch;
  const size = to - from;
  if (completed >= size) return { kind: 'done' };
  if (completed > 0) return { kind: 'invoke', batches: [{ from: from + completed, to, invocations: 0 }] };
  if (policy.bisectBatchOnFunctionError && size > 1) {
    const middle = from + Math.ceil(size / 2);
    return {
      kind: 'invoke',
      batches: [
        { from, to: middle, invocations: 0 },
        { from: middle, to, invocations: 0 },
      ],
    };
  }
  const tried: PendingBatch = { from, to, invocations: batch.invocations + 1 };
  const exhausted = policy.maximumRetryAttempts >= 0 && tried.invocations > policy.maximumRetryAttempts;
  return exhausted ? { kind: 'discard', batch: tried } : { kind: 'invoke', batches: [tried] };
}

/**
 * How many records at the front of a batch are older than the mapping allows; Lambda discards them without invoking.
 *
 * @param arrivals epoch milliseconds, in the order of the stream
 * @param maximumRecordAgeSeconds -1 for any age
 */
export function expiredRecords(arrivals: readonly number[], now: number, maximumRecordAgeSeconds: number): number {
  if (maximumRecordAgeSeconds < 0) return 0;
  const oldest = now - maximumRecordAgeSeconds * 1_000;
  const firstLive = arrivals.findIndex((arrival) => arrival >= oldest);
  return firstLive < 0 ? arrivals.length : firstLive;
}

/** The events of one invocation may not be larger; a batch ends before (Lambda quotas, synchronous payload). */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;

/**
 * Cuts what was read into batches: as large as the batch size and the payload limit allow, in order.
 *
 * @param payloadBytes of each record, in the order of the stream
 * @param batchSize records, at least 1
 */
export function cutBatches(payloadBytes: readonly number[], batchSize: number): readonly PendingBatch[] {
  const batches: PendingBatch[] = [];
  let from = 0;
  let bytes = 0;
  payloadBytes.forEach((size, position) => {
    if (position > from && (position - from === batchSize || bytes + size > MAXIMUM_PAYLOAD_BYTES)) {
      batches.push({ from, to: position, invocations: 0 });
      from = position;
      bytes = 0;
    }
    bytes += size;
  });
  if (payloadBytes.length > from) batches.push({ from, to: payloadBytes.length, invocations: 0 });
  return batches;
}
