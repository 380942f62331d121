import { describe, expect, it } from 'vitest';
import { batchesByArrival, eventsPerEmployee, fullBatches } from '../../bench/workload/batches.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const at = (actorId: string, arrival: number) => ({
  arrival,
  event: anAccessEvent({ id: `${actorId}-${arrival}`, actor: { id: actorId } }),
});
const actorsIn = (batch: ReturnType<typeof fullBatches>[number] = []) =>
  batch.map(({ kinesis }) => kinesis.partitionKey);

describe('full batches', () => {
  // 300 employees with 12 accesses each.
  const deliveries = Array.from({ length: 3_600 }, (_, i) => at(`e-${i % 300}`, i));

  it('hold the next events of as many employees as fit, in order, and never one twice', () => {
    const batches = fullBatches(deliveries, 5, 3);

    expect(batches.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000]);
    expect(batches.map((batch) => new Set(actorsIn(batch)).size)).toEqual([200, 200, 200]);
    expect(eventsPerEmployee(batches)).toBe(5);
    const records = batches.flat();
    expect(new Set(records.map(({ kinesis }) => kinesis.data)).size).toBe(3_000);
    const ofOne = records.filter(({ kinesis }) => kinesis.partitionKey === 'e-7').map(({ kinesis }) => kinesis);
    expect(ofOne.map(({ approximateArrivalTimestamp }) => approximateArrivalTimestamp)).toEqual(
      ofOne.map((_, i) => (7 + 300 * i) / 1_000),
    );
    const numbers = records.map(({ kinesis }) => BigInt(kinesis.sequenceNumber));
    expect(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? number))).toBe(true);
  });

  it('are refused where there are too few employees', () => {
    expect(() => fullBatches(deliveries, 1, 1)).toThrow('fewer than 1000 employees have 1 events left');
    expect(() => fullBatches(deliveries, 5, 4)).toThrow('fewer than 200 employees have 5 events left');
  });
});

describe('batches by arrival', () => {
  it('end a second after their first record, or when they are full', () => {
    const many = Array.from({ length: 1_200 }, (_, i) => at(`e-${i}`, 10_000));

    const batches = batchesByArrival([at('e-1', 0), at('e-2', 999), at('e-1', 1_000), ...many]);

    expect(batches.map(({ length }) => length)).toEqual([2, 1, 1_000, 200]);
  });
});
