import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEventSourceMapping, type EventSourceMappingOptions } from '../../../infra/local/event-source-mapping.ts';
import { createShardReader } from '../../../infra/local/shard-reader.ts';
import { refuseFirst, startFaultProxy } from '../../contracts/fault-proxy.ts';
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
  vi.useRealTimers();
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function prepare(shards: number, overrides: Partial<EventSourceMappingOptions> = {}) {
  stream = await startLocalStream(shards);
  stops.push(stream.stop);
  const entries: Entry[] = [];
  const shardIds: string[] = [];
  const mapping = createEventSourceMapping({
    ...mappingOptions(stream),
    handler: async (event) => {
      entries.push(...entriesOf(event));
      shardIds.push(...event.Records.map(({ eventID }) => eventID.split(':')[0] ?? ''));
    },
    ...overrides,
  });
  stops.push(mapping.stop);
  return { mapping, entries, shardIds };
}

/** As prepare, with a proxy between mapping and stream that can refuse requests. */
async function prepareProxied(shards: number) {
  stream = await startLocalStream(shards);
  stops.push(stream.stop);
  const proxy = await startFaultProxy(stream.emulators.endpoints.kinesis);
  stops.push(proxy.stop);
  const kinesis = new KinesisClient({
    endpoint: proxy.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
    // The SDK would try again itself, and the mapping would hear nothing of it.
    maxAttempts: 1,
  });
  const entries: Entry[] = [];
  const mapping = createEventSourceMapping({
    ...mappingOptions(stream),
    kinesis,
    handler: async (event) => {
      entries.push(...entriesOf(event));
    },
  });
  stops.push(mapping.stop);
  return { mapping, proxy, entries };
}

describe('a stream that is split and merged', () => {
  it('is drained parents first, every record once and in order per key', async () => {
    const { mapping, entries, shardIds } = await prepare(1);
    await stream.put(...numbered(40, 20));
    await stream.split();
    await stream.put(...numbered(40, 20, 40));
    await stream.split();
    await stream.put(...numbered(40, 20, 80));
    await stream.merge();
    await stream.put(...numbered(40, 20, 120));

    const handled = await mapping.drain();

    expect(handled).toBe(160);
    expect(textsByKey(entries)).toEqual(textsByKey(numbered(160, 20)));
    // The first shard, its two children, two grandchildren of the one, and what was merged of those.
    expect(new Set(shardIds).size).toBe(6);
  });

  it('is followed from one drain to the next', async () => {
    const { mapping, entries, shardIds } = await prepare(1);
    for (let round = 0; round < 4; round += 1) {
      await stream.put(...numbered(20, 10, round * 40));
      await mapping.drain();
      await stream.split();
      await stream.put(...numbered(20, 10, round * 40 + 20));
      // Every record that was put before a drain is handled by it, those in new shards too.
      await mapping.drain();
      expect(entries).toHaveLength((round + 1) * 40);
    }

    expect(textsByKey(entries)).toEqual(textsByKey(numbered(160, 10)));
    expect(new Set(shardIds).size).toBeGreaterThan(4);
  });

  it('is followed while it is polled', async () => {
    const { mapping, entries } = await prepare(1, { pollIntervalMs: 10 });
    mapping.start();
    await stream.put(...numbered(20, 10));
    await vi.waitFor(() => expect(entries).toHaveLength(20));
    await stream.split();
    await stream.put(...numbered(20, 10, 20));

    await vi.waitFor(() => expect(entries).toHaveLength(40), 5_000);

    expect(textsByKey(entries)).toEqual(textsByKey(numbered(40, 10)));
  });

  it('keeps its children waiting while a parent fails', async () => {
    let healthy = false;
    let enough = () => {};
    const failedOften = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const seen: Entry[] = [];
    let attempts = 0;
    const { mapping } = await prepare(1, {
      maximumRetryAttempts: -1,
      retryDelayMs: () => 1,
      handler: async (event) => {
        attempts += 1;
        if (attempts === 5) enough();
        if (!healthy) throw new Error('down');
        seen.push(...entriesOf(event));
      },
    });
    await stream.put(...numbered(10, 5));
    await stream.split();
    await stream.put(...numbered(10, 5, 10));

    const draining = mapping.drain();
    await failedOften;
    healthy = true;

    expect(await draining).toBe(20);
    expect(textsByKey(seen)).toEqual(textsByKey(numbered(20, 5)));
  });
});

describe('a shard iterator', () => {
  it('that expired is replaced where it stood', async () => {
    const { mapping, entries } = await prepare(2);
    await stream.put(...numbered(10));
    await mapping.drain();
    await mapping.drain();
    await stream.put(...numbered(10, 4, 10));

    // kinesalite lets iterators expire by the clock after 300 s, as Kinesis does.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    const handled = await mapping.drain();

    expect(handled).toBe(10);
    expect(textsByKey(entries)).toEqual(textsByKey(numbered(20)));
  });

  it('that expired before its shard had anything is replaced, too', async () => {
    const { mapping, entries } = await prepare(1);
    await mapping.drain();

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    await stream.put(...numbered(3));

    expect(await mapping.drain()).toBe(3);
    expect(entries).toEqual(numbered(3));
  });
});

describe('reading', () => {
  it('goes on after a full read, although kinesalite always says that nothing is left', async () => {
    stream = await startLocalStream(1);
    stops.push(stream.stop);
    await stream.put(...numbered(10));
    const reader = createShardReader(stream.kinesis, stream.streamName, () => new AbortController().signal, 4);
    await reader.discover();
    const [shardId = ''] = reader.readable();

    const reads = [await reader.read(shardId), await reader.read(shardId), await reader.read(shardId)];

    expect(reads.map(({ records, atTip }) => [records.length, atTip])).toEqual([
      [4, false],
      [4, false],
      [2, true],
    ]);
  });

  it('backs off while the service throttles, and loses nothing', async () => {
    const { mapping, proxy, entries } = await prepareProxied(2);
    await stream.put(...numbered(20));
    const throttled = refuseFirst('GetRecords', 'ProvisionedThroughputExceededException', 4);
    proxy.setFault(throttled.fault);

    expect(await mapping.drain()).toBe(20);

    expect(throttled.refused()).toBe(4);
    expect(textsByKey(entries)).toEqual(textsByKey(numbered(20)));
  });

  it('that fails in one shard is an error, but what other shards gave is handled and nothing is lost', async () => {
    const { mapping, proxy, entries } = await prepareProxied(2);
    await stream.put(...numbered(20, 10));
    proxy.setFault(refuseFirst('GetRecords', 'AccessDeniedException', 1).fault);

    await expect(mapping.drain()).rejects.toThrow(/Reading shard shardId-\d+ of stream .* failed/);
    const handled = entries.length;

    expect(handled).toBeGreaterThan(0);
    expect(await mapping.drain()).toBe(20 - handled);
    expect(textsByKey(entries)).toEqual(textsByKey(numbered(20, 10)));
  });

  it('that is throttled without end can be stopped', async () => {
    const { mapping, proxy } = await prepareProxied(1);
    await stream.put(...numbered(3));
    const throttled = refuseFirst('GetRecords', 'ProvisionedThroughputExceededException', 1_000);
    proxy.setFault(throttled.fault);
    const draining = mapping.drain();
    await vi.waitFor(() => expect(throttled.refused()).toBeGreaterThan(1));

    await mapping.stop();

    expect(await draining).toBe(0);
  });
});
