import { describe, expect, it } from 'vitest';
import { BYTES_A_CALL, inCalls, type OutgoingRecord, RECORDS_A_CALL, sizeOf } from '../../shared/stores/put-records.ts';

const records = (count: number, bytes: number): readonly OutgoingRecord[] =>
  Array.from({ length: count }, (_, i) => ({ partitionKey: `e-${i}`, data: new Uint8Array(bytes) }));
const callsOf = (some: readonly OutgoingRecord[]) => [...inCalls(some, (record) => record)];

describe('records in calls', () => {
  it.each([
    ['many small ones', records(2 * RECORDS_A_CALL + 1, 10), 3],
    ['few large ones', records(6, BYTES_A_CALL / 2 - 100), 3],
    ['none', [], 0],
  ])('are as many as one takes, in their order: %s', (_, some, wanted) => {
    const calls = callsOf(some);

    expect(calls.flat()).toEqual(some);
    expect(calls).toHaveLength(wanted);
    for (const call of calls) {
      expect(call.length).toBeLessThanOrEqual(RECORDS_A_CALL);
      expect(call.reduce((bytes, record) => bytes + sizeOf(record), 0)).toBeLessThanOrEqual(BYTES_A_CALL);
    }
  });
});
