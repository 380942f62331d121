import { setTimeout as sleep } from 'node:timers/promises';
import type { KinesisStreamEvent } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEventSourceMapping, type EventSourceMappingOptions } from '../../../infra/local/event-source-mapping.ts';
import {
  type Entry,
  entriesOf,
  type LocalStream,
  mappingOptions,
  numbered,
  startLocalStream,
  textsByKey,
} from './local-stream.ts';

let stream: LocalStream;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A stream, and a mapping whose handler writes down what it was given. */
async function prepare(shards: number, overrides: Partial<EventSourceMappingOptions> = {}) {
  stream = await startLocalStream(shards);
  stops.push(stream.stop);
  const events: KinesisStreamEvent[] = [];
  const mapping = createEventSourceMapping({
    ...mappingOptions(stream),
    handler: async (event) => {
      events.push(event);
    },
    ...overrides,
  });
  stops.push(mapping.stop);
  const entries = (): readonly Entry[] => events.flatMap(entriesOf);
  return { mapping, events, entries };
}

describe('drain', () => {
  it('hands over every record once, in order per key, from all shards', async () => {
    const { mapping, entries } = await prepare(4);
    const put = numbered(500, 25);
    await stream.put(...put);

    const handled = await mapping.drain();

    expect(handled).toBe(500);
    expect(entries()).toHaveLength(500);
    expect(textsByKey(entries())).toEqual(textsByKey(put));
  });

  it('goes on where it was, and does not bother the function when there is nothing', async () => {
    const { mapping, events, entries } = await prepare(2);

    expect(await mapping.drain()).toBe(0);
    await stream.put(...numbered(10));
    expect(await mapping.drain()).toBe(10);
    expect(await mapping.drain()).toBe(0);
    const before = events.length;
    await stream.put(...numbered(5, 4, 10));
    expect(await mapping.drain()).toBe(5);

    expect(textsByKey(entries())).toEqual(textsByKey(numbered(15)));
    expect(events.slice(before).flatMap(entriesOf)).toHaveLength(5);
  });

  it('keeps to the batch size, and no batch has records of two shards', async () => {
    const { mapping, events } = await prepare(2, { batchSize: 7 });
    await stream.put(...numbered(40, 20));

    await mapping.drain();

    expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(7);
    for (const { Records } of events) {
      expect(new Set(Records.map(({ eventID }) => eventID.split(':')[0])).size).toBe(1);
    }
  });

  it('gives records the form that Lambda gives them', async () => {
    const { mapping, events } = await prepare(1);
    const before = Date.now();
    await stream.put(['e-00042', 'Hello, this is a test.']);

    await mapping.drain();

    const [record] = events[0]?.Records ?? [];
    const sequenceNumber = record?.kinesis.sequenceNumber;
    expect(sequenceNumber).toMatch(/^\d{56}$/);
    const arrival = record?.kinesis.approximateArrivalTimestamp ?? 0;
    expect(arrival * 1_000).toBeGreaterThanOrEqual(before);
    expect(arrival * 1_000).toBeLessThanOrEqual(Date.now());
    expect(events).toEqual([
      {
        Records: [
          {
            kinesis: {
              kinesisSchemaVersion: '1.0',
              partitionKey: 'e-00042',
              sequenceNumber,
              data: 'SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==',
              approximateArrivalTimestamp: arrival,
            },
            eventSource: 'aws:kinesis',
            eventVersion: '1.0',
            eventID: `shardId-000000000000:${sequenceNumber}`,
            eventName: 'aws:kinesis:record',
            invokeIdentityArn: 'arn:aws:iam::000000000000:role/detect',
            awsRegion: 'us-east-1',
            eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream.streamName}`,
          },
        ],
      },
    ]);
  });

  it('rewrites arrival times where it is asked to, in the order of the stream', async () => {
    let clock = Date.UTC(2026, 0, 1);
    const asked: string[] = [];
    const { mapping, events } = await prepare(1, {
      arrival: (record) => {
        asked.push(Buffer.from(record.Data ?? []).toString());
        clock += 1_500;
        return clock;
      },
    });
    await stream.put(...numbered(3));

    await mapping.drain();

    expect(asked).toEqual(['0', '1', '2']);
    const arrivals = events.flatMap(({ Records }) => Records.map(({ kinesis }) => kinesis.approximateArrivalTimestamp));
    expect(arrivals).toEqual([1_767_225_601.5, 1_767_225_603, 1_767_225_604.5]);
  });

  it('loses nothing when the one who rewrites arrival times stumbles', async () => {
    let stumbles = 1;
    const { mapping, entries } = await prepare(2, {
      arrival: (record) => {
        if (Buffer.from(record.Data ?? []).toString() === '7' && stumbles-- > 0) throw new Error('what time is it?');
        return 0;
      },
    });
    await stream.put(...numbered(10));

    await expect(mapping.drain()).rejects.toThrow('what time is it?');

    expect(await mapping.drain()).toBe(10);
    expect(textsByKey(entries())).toEqual(textsByKey(numbered(10)));
  });

  it('invokes lanes of a shard side by side, with every key on one of them', async () => {
    let active = 0;
    let release = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: Entry[] = [];
    const { mapping } = await prepare(1, {
      parallelizationFactor: 2,
      batchSize: 3,
      handler: async (event) => {
        active += 1;
        if (active === 2) release();
        // With one lane nobody would ever come second.
        await both;
        await sleep(event.Records.length % 2);
        seen.push(...entriesOf(event));
      },
    });
    await stream.put(...numbered(60, 10));

    const handled = await mapping.drain();

    expect(handled).toBe(60);
    expect(textsByKey(seen)).toEqual(textsByKey(numbered(60, 10)));
  });

  it('names the stream that is not there', async () => {
    const { mapping } = await prepare(1, { streamName: 'nowhere' });

    await expect(mapping.drain()).rejects.toThrow(/nowhere/);
  });
});

describe('start', () => {
  it('polls until it is stopped, and leaves what comes later to the next one', async () => {
    const { mapping, entries } = await prepare(2, { pollIntervalMs: 10 });
    mapping.start();

    await stream.put(...numbered(6));
    await vi.waitFor(() => expect(entries()).toHaveLength(6));
    await stream.put(...numbered(6, 4, 6));
    await vi.waitFor(() => expect(entries()).toHaveLength(12));
    await mapping.stop();
    await stream.put(...numbered(6, 4, 12));
    await sleep(100);
    const afterStop = entries().length;
    mapping.start();
    await vi.waitFor(() => expect(entries()).toHaveLength(18));

    expect(afterStop).toBe(12);
    expect(textsByKey(entries())).toEqual(textsByKey(numbered(18)));
  });

  it('lets the invocation under way finish before it is stopped', async () => {
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let finished = 0;
    const { mapping } = await prepare(1, {
      pollIntervalMs: 10,
      batchSize: 1,
      handler: async () => {
        entered();
        await sleep(50);
        finished += 1;
      },
    });
    await stream.put(...numbered(3));
    mapping.start();
    await inside;

    await mapping.stop();

    expect(finished).toBe(1);
    // The other two come again: nothing that was read and not handled is lost.
    expect(await mapping.drain()).toBe(2);
    expect(finished).toBe(3);
  });

  it('gathers records for as long as the batching window says', async () => {
    const { mapping, events } = await prepare(1, { pollIntervalMs: 10, maximumBatchingWindowSeconds: 2 });
    mapping.start();
    await stream.put(['a', '1']);
    // Long enough for a mapping without a window to hand over the first record alone.
    await sleep(200);
    await stream.put(['a', '2']);

    await vi.waitFor(() => expect(events).not.toHaveLength(0), 5_000);

    expect(events.map(entriesOf)).toEqual([
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ]);
  });

  it('hands over a full batch before the batching window is over', async () => {
    const { mapping, events } = await prepare(1, {
      pollIntervalMs: 10,
      batchSize: 2,
      maximumBatchingWindowSeconds: 300,
    });
    mapping.start();

    await stream.put(['a', '1'], ['a', '2']);

    await vi.waitFor(() => expect(events).toHaveLength(1));
  });

  it('reports a failure of the stream and goes on', async () => {
    const problems: string[] = [];
    const { mapping, entries } = await prepare(1, {
      pollIntervalMs: 10,
      onError: (_error, doing) => problems.push(doing),
      handler: async () => {
        throw new Error('no');
      },
      maximumRetryAttempts: 0,
    });
    await stream.put(['a', '1']);
    mapping.start();

    await vi.waitFor(() => expect(problems).toContain(`detect with 1 records of ${stream.streamName}`));
    await stream.emulators.stop();
    await vi.waitFor(() => expect(problems).toContain('polling shardId-000000000000'), 5_000);
    await mapping.stop();

    expect(entries()).toEqual([]);
  });
});

describe('a mapping', () => {
  it('has one driver at a time', async () => {
    const { mapping } = await prepare(1, { pollIntervalMs: 10 });
    mapping.start();

    expect(() => mapping.start()).toThrow('already running');
    await expect(mapping.drain()).rejects.toThrow('already running');
  });

  it.each([
    ['batchSize', 0],
    ['batchSize', 10_001],
    ['batchSize', 1.5],
    ['maximumBatchingWindowSeconds', 301],
    ['parallelizationFactor', 11],
    ['maximumRetryAttempts', -2],
    ['maximumRecordAgeInSeconds', 59],
  ])('refuses %s %d, as AWS does', async (name, value) => {
    await expect(prepare(1, { [name]: value })).rejects.toThrow(new RegExp(`${name} is ${value}; AWS allows`));
  });
});
