import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../infra/local/batch-outcome.ts';
import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import { createAgenda } from './agenda.ts';
import type { Schedule } from './schedule.ts';
import { createStreamMapping } from './stream-mapping.ts';
import { createStream } from './stream-shards.ts';

const START = 1_000_000;
const MAPPING: Schedule['mapping'] = {
  batchSize: 3,
  maximumBatchingWindowSeconds: 10,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  reportBatchItemFailures: true,
};

interface Options {
  readonly mapping?: Partial<Schedule['mapping']>;
  readonly parentsFirst?: boolean;
  /** What the function does with a batch of records' data; by default it succeeds. */
  readonly respond?: (
    batch: readonly string[],
    invocation: number,
    records: readonly StreamRecord[],
  ) => InvocationResult;
  readonly lasts?: number;
  readonly back?: (invocation: number) => number;
}

/** A stream, a mapping in front of a made-up function, and what came of them. */
function aMapping({ mapping, parentsFirst = true, respond, lasts = 100, back = () => 0 }: Options = {}) {
  const agenda = createAgenda(START);
  const stream = createStream();
  const batches: string[][] = [];
  const times: number[] = [];
  const discarded: string[] = [];
  const namesOf = (records: readonly StreamRecord[]) =>
    records.map(({ event }) => Buffer.from(event.kinesis.data, 'base64').toString());
  const model = createStreamMapping({ mapping: { ...MAPPING, ...mapping }, parentsFirst }, stream, agenda, {
    invoke: (records, ended) => {
      const names = namesOf(records);
      const invocation = batches.push(names) - 1;
      times.push(agenda.now() - START);
      const result = respond?.(names, invocation, records) ?? { kind: 'returned', value: { batchItemFailures: [] } };
      agenda.at(agenda.now() + lasts, () => ended(result, { back: back(invocation) }));
    },
    discard: (records) => void discarded.push(...namesOf(records)),
    pollDelay: () => 0,
    retryDelay: (failures) => 1_000 * failures,
  });
  const put = (at: number, name: string, partitionKey = 'a', payloadBytes = 900) =>
    agenda.at(START + at, () => {
      stream.put({ partitionKey, data: Buffer.from(name).toString('base64'), arrivedAt: agenda.now(), payloadBytes });
      model.wake();
    });
  return { agenda, stream, model, batches, times, discarded, put };
}

const failAt = (record: StreamRecord | undefined): InvocationResult => ({
  kind: 'returned',
  value: { batchItemFailures: [{ itemIdentifier: record?.sequenceNumber }] },
});
const threw: InvocationResult = { kind: 'threw', error: new Error('no') };

describe('the mapping of the simulation', () => {
  it('hands over a full batch at once and the rest when the window is over', async () => {
    const { agenda, batches, times, put } = aMapping();
    for (const name of ['1', '2', '3', '4']) put(0, name);

    await agenda.run();

    expect(batches).toEqual([['1', '2', '3'], ['4']]);
    expect(times).toEqual([0, 10_000]);
  });

  it('ends a batch before it weighs more than an invocation may', async () => {
    const { agenda, batches, put } = aMapping();
    for (const name of ['1', '2', '3']) put(0, name, 'a', 3_500_000);

    await agenda.run();

    expect(batches).toEqual([['1'], ['2'], ['3']]);
  });

  it('tries again from the lowest reported record on, and nothing overtakes it', async () => {
    const { agenda, batches, put } = aMapping({
      respond: (_, invocation, records) => (invocation === 0 ? failAt(records[1]) : failAt(undefined)),
      mapping: { maximumRetryAttempts: 0 },
    });
    for (const name of ['1', '2', '3', '4']) put(0, name);

    await agenda.run();

    expect(batches).toEqual([['1', '2', '3'], ['2', '3'], ['4']]);
  });

  it('splits a batch that fails whole, where that is switched on', async () => {
    const { agenda, batches, discarded, put } = aMapping({
      mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
      respond: (names) => (names.includes('2') ? threw : { kind: 'returned', value: null }),
    });
    for (const name of ['1', '2', '3']) put(0, name);

    await agenda.run();

    expect(batches).toEqual([['1', '2', '3'], ['1', '2'], ['1'], ['2'], ['2'], ['3']]);
    expect(discarded).toEqual(['2']);
  });

  it('gives up records that are too old, without showing them to the function', async () => {
    const { agenda, batches, discarded, put } = aMapping({
      mapping: { maximumRecordAgeInSeconds: 60, batchSize: 1 },
      lasts: 50_000,
      respond: (names) => (names.includes('1') ? threw : { kind: 'returned', value: null }),
    });
    put(0, '1');
    put(80_000, '2');

    await agenda.run();

    expect(batches).toEqual([['1'], ['1'], ['2']]);
    expect(discarded).toEqual(['1']);
  });

  it('works on several keys of a shard side by side, on each in its order', async () => {
    const { agenda, batches, times, put } = aMapping({
      mapping: { parallelizationFactor: 2, batchSize: 1 },
      lasts: 5_000,
    });
    for (const name of ['1', '2']) for (const key of ['a', 'b']) put(0, `${key}${name}`, key);

    await agenda.run();

    for (const key of ['a', 'b'])
      expect(batches.flat().filter((name) => name.startsWith(key))).toEqual([`${key}1`, `${key}2`]);
    expect(times.slice(0, 2)).toEqual([0, 0]);
  });

  it.each([
    [true, ['parent', 'child']],
    [false, ['child', 'parent']],
  ])('with parents first %s, a child that is quicker is read in this order', async (parentsFirst, order) => {
    const done: string[] = [];
    const { agenda, stream, model, put } = aMapping({
      parentsFirst,
      mapping: { batchSize: 1 },
      respond: ([name = ''], _, records) => {
        if (name === 'parent' && records[0] && agenda.now() < START + 60_000) return threw;
        done.push(name);
        return { kind: 'returned', value: null };
      },
    });
    put(0, 'parent');
    agenda.at(START + 1_000, () => {
      stream.split(0);
      model.wake();
    });
    put(2_000, 'child');

    await agenda.run();

    expect(done).toEqual(order);
    expect(model.idle()).toBe(true);
  });

  it('hands records over again from an older position', async () => {
    const { agenda, batches, put } = aMapping({ back: (invocation) => (invocation === 1 ? 2 : 0) });
    for (const name of ['1', '2', '3', '4']) put(0, name);

    await agenda.run();

    expect(batches).toEqual([['1', '2', '3'], ['4'], ['3', '4']]);
  });

  it('keeps the order of the stream in sequence numbers of different lengths', () => {
    const { put } = createStream();
    const numbers = Array.from({ length: 40 }, () =>
      BigInt(put({ partitionKey: 'a', data: '', arrivedAt: 0, payloadBytes: 0 }).record.sequenceNumber),
    );

    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers.map((number) => String(number).length)).size).toBe(2);
  });
});
