import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterInvocation,
  batchItemFailures,
  completedRecords,
  cutBatches,
  expiredRecords,
  type FailurePolicy,
  type InvocationResult,
  MAXIMUM_PAYLOAD_BYTES,
  type PendingBatch,
} from '../../../infra/local/batch-outcome.ts';

const policy = (overrides: Partial<FailurePolicy> = {}): FailurePolicy => ({
  reportBatchItemFailures: true,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: 3,
  ...overrides,
});
const batch = (from: number, to: number, invocations = 0): PendingBatch => ({ from, to, invocations });
const returned = (value: unknown): InvocationResult => ({ kind: 'returned', value });
const failures = (...identifiers: unknown[]) =>
  returned({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });
const sequenceNumbers = ['101', '102', '103'];

describe('how much of a batch is done', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('takes %s for a success', (_name, value) => {
    expect(completedRecords(returned(value), sequenceNumbers, true)).toBe(3);
  });

  it.each([
    ['an empty identifier', failures('')],
    ['a null identifier', failures(null)],
    ['a number', failures(102)],
    ['an identifier of no record in the batch', failures('999')],
    ['a bad key name', returned({ batchItemFailures: [{ foo: '102' }] })],
    ['a list that is none', returned({ batchItemFailures: '102' })],
    ['a usable identifier beside an empty one', failures('103', '')],
    ['a usable identifier beside an unknown one', failures('103', '999')],
    ['a function that threw', { kind: 'threw', error: new Error('no') } as const],
  ])('takes %s for a failure of the whole batch', (_name, result) => {
    expect(completedRecords(result, sequenceNumbers, true)).toBe(0);
  });

  it('stops before the lowest reported record, in whatever order they are reported', () => {
    expect(completedRecords(failures('103', '102'), sequenceNumbers, true)).toBe(1);
    expect(completedRecords(failures('103'), sequenceNumbers, true)).toBe(2);
    expect(completedRecords(failures('101'), sequenceNumbers, true)).toBe(0);
  });

  it('ignores reported failures where reporting is switched off', () => {
    expect(completedRecords(failures('102'), sequenceNumbers, false)).toBe(3);
    expect(completedRecords({ kind: 'threw', error: 1 }, sequenceNumbers, false)).toBe(0);
  });

  it('reads the identifiers of a response', () => {
    expect(batchItemFailures({ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }] })).toEqual([
      'a',
      'b',
    ]);
    expect(batchItemFailures(undefined)).toEqual([]);
    expect(batchItemFailures({ batchItemFailures: [null] })).toBeUndefined();
  });
});

describe('what comes after an invocation', () => {
  it('is nothing after a success', () => {
    expect(afterInvocation(policy(), batch(4, 7, 2), 3)).toEqual({ kind: 'done' });
  });

  it('is the rest as a new batch after a partial success', () => {
    const next = afterInvocation(policy(), batch(4, 7, 2), 1);

    expect(next).toEqual({ kind: 'invoke', batches: [batch(5, 7, 0)] });
  });

  it('is the same batch again after a failure, until the retries are used up', () => {
    expect(afterInvocation(policy(), batch(0, 3, 0), 0)).toEqual({ kind: 'invoke', batches: [batch(0, 3, 1)] });
    expect(afterInvocation(policy(), batch(0, 3, 2), 0)).toEqual({ kind: 'invoke', batches: [batch(0, 3, 3)] });
    expect(afterInvocation(policy(), batch(0, 3, 3), 0)).toEqual({ kind: 'discard', batch: batch(0, 3, 4) });
  });

  it('is a discard at once where no retries are allowed', () => {
    const next = afterInvocation(policy({ maximumRetryAttempts: 0 }), batch(0, 3), 0);

    expect(next).toEqual({ kind: 'discard', batch: batch(0, 3, 1) });
  });

  it('is the same batch again for ever where retries are without end', () => {
    const next = afterInvocation(policy({ maximumRetryAttempts: -1 }), batch(0, 3, 9_999), 0);

    expect(next).toEqual({ kind: 'invoke', batches: [batch(0, 3, 10_000)] });
  });

  it('is two halves where splitting is on, and a split is no retry', () => {
    const next = afterInvocation(policy({ bisectBatchOnFunctionError: true }), batch(2, 7, 3), 0);

    expect(next).toEqual({ kind: 'invoke', batches: [batch(2, 5, 0), batch(5, 7, 0)] });
  });

  it('is a retry for a single record even where splitting is on', () => {
    const bisect = policy({ bisectBatchOnFunctionError: true });

    expect(afterInvocation(bisect, batch(2, 3, 0), 0)).toEqual({ kind: 'invoke', batches: [batch(2, 3, 1)] });
    expect(afterInvocation(bisect, batch(2, 3, 3), 0)).toEqual({ kind: 'discard', batch: batch(2, 3, 4) });
  });
});

/** Follows a batch to its end with a function that chokes on some records, as the mapping does. */
function follow(settings: FailurePolicy, count: number, poisoned: ReadonlySet<number>, reports: boolean) {
  const pending: PendingBatch[] = [batch(0, count)];
  const settled: number[] = [];
  const discarded: PendingBatch[] = [];
  const invoked: string[] = [];
  for (let current = pending.shift(); current; current = pending.shift()) {
    const { from, to } = current;
    const records = Array.from({ length: to - from }, (_, index) => from + index);
    invoked.push(records.join(' '));
    const bad = records.find((record) => poisoned.has(record));
    const result: InvocationResult =
      bad === undefined ? returned(undefined) : reports ? failures(String(bad)) : { kind: 'threw', error: bad };
    const completed = completedRecords(result, records.map(String), settings.reportBatchItemFailures);
    settled.push(...records.slice(0, completed));
    const next = afterInvocation(settings, current, completed);
    if (next.kind === 'invoke') pending.unshift(...next.batches);
    if (next.kind === 'discard') {
      discarded.push(next.batch);
      settled.push(...records);
    }
  }
  return { settled, discarded, invoked };
}

describe('a batch followed to its end', () => {
  it('gives a record that fails for good the invocations that were recorded on AWS', () => {
    // Recorded with batch size 3 and 3 retries: five invocations with the third record, approximateInvokeCount 4.
    const { invoked, discarded } = follow(policy(), 3, new Set([2]), true);

    expect(invoked).toEqual(['0 1 2', '2', '2', '2', '2']);
    expect(discarded).toEqual([batch(2, 3, 4)]);
  });

  it('isolates one poisoned record by splitting, although no retry is allowed', () => {
    const settings = policy({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });

    const { invoked, discarded } = follow(settings, 5, new Set([3]), false);

    expect(invoked).toEqual(['0 1 2 3 4', '0 1 2', '3 4', '3', '4']);
    expect(discarded).toEqual([batch(3, 4, 1)]);
  });

  it('isolates a reported record when splitting is on as well, sparing those behind it', () => {
    const settings = policy({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 });

    const { invoked, discarded } = follow(settings, 3, new Set([1]), true);

    expect(invoked).toEqual(['0 1 2', '1 2', '1', '1', '2']);
    expect(discarded).toEqual([batch(1, 2, 2)]);
  });

  it('gives up those behind a reported record with it when splitting is off', () => {
    const { discarded } = follow(policy({ maximumRetryAttempts: 1 }), 3, new Set([1]), true);

    expect(discarded).toEqual([batch(1, 3, 2)]);
  });

  it('settles every record exactly once and in order, whatever is poisoned', () => {
    const runs = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      poisoned: fc.array(fc.nat(39)).map((list) => new Set(list)),
      reports: fc.boolean(),
      bisectBatchOnFunctionError: fc.boolean(),
      reportBatchItemFailures: fc.boolean(),
      maximumRetryAttempts: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(runs, ({ count, poisoned, reports, ...settings }) => {
        const { settled, discarded } = follow(settings, count, poisoned, reports);

        expect(settled).toEqual(Array.from({ length: count }, (_, index) => index));
        for (const { invocations } of discarded) expect(invocations).toBe(settings.maximumRetryAttempts + 1);
        if (settings.bisectBatchOnFunctionError) {
          for (const { from, to } of discarded) {
            expect(to - from).toBe(1);
            expect(poisoned).toContain(from);
          }
        }
      }),
    );
  });
});

describe('records that are too old', () => {
  const now = 1_000_000;

  it('are those at the front that arrived before the maximum age', () => {
    expect(expiredRecords([now - 60_001, now - 60_000, now], now, 60)).toBe(1);
    expect(expiredRecords([now - 1, now], now, 60)).toBe(0);
  });

  it('may be all of them', () => {
    expect(expiredRecords([1, 2, 3], now, 60)).toBe(3);
  });

  it('do not exist where any age is allowed', () => {
    expect(expiredRecords([0], now, -1)).toBe(0);
  });
});

describe('cutting into batches', () => {
  it('makes batches of the batch size and one of what is left', () => {
    expect(cutBatches([1, 1, 1, 1, 1], 2)).toEqual([batch(0, 2), batch(2, 4), batch(4, 5)]);
  });

  it('ends a batch before it would exceed the payload limit', () => {
    const half = MAXIMUM_PAYLOAD_BYTES / 2;

    expect(cutBatches([half, half, 1], 10)).toEqual([batch(0, 2), batch(2, 3)]);
  });

  it('hands over a record that is too large for any batch on its own', () => {
    expect(cutBatches([1, MAXIMUM_PAYLOAD_BYTES + 1, 1], 10)).toEqual([batch(0, 1), batch(1, 2), batch(2, 3)]);
  });

  it('makes nothing of nothing', () => {
    expect(cutBatches([], 10)).toEqual([]);
  });
});
