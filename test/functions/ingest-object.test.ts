import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestObject } from '../../functions/ingest/ingest-object.ts';
import { dataEvent } from '../formats/cloudtrail-records.ts';
import { accessLines, ingestWorld } from './ingest-ports.ts';

const object = { bucket: 'trail', key: 'logs/a.json.gz', etag: 'abc' };

describe('an object of records', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
  ])('goes to the stream, each record under its actor: %s', async (_, pack) => {
    const world = ingestWorld();
    world.objects.set(object.key, pack(accessLines(1200)));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent).toHaveLength(1200);
    expect(world.sent.every(({ partitionKey, event }) => partitionKey === event.actor.id)).toBe(true);
    expect(world.sent.map(({ event }) => event.id)).toEqual(Array.from({ length: 1200 }, (_, i) => `ev-${i}`));
  });

  it.each([
    ['a trail’s file', (records: readonly unknown[]) => JSON.stringify({ Records: records })],
    ['a list', (records: readonly unknown[]) => JSON.stringify(records)],
    ['lines', (records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n')],
  ])('loses no record to a byte order mark: %s', async (_, textOf) => {
    const world = ingestWorld();
    const records = [dataEvent({ eventID: 'one' }), dataEvent({ eventID: 'two' })];
    world.objects.set(object.key, gzipSync(`\ufeff${textOf(records)}`));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent.map(({ event }) => event.id)).toEqual(['one', 'two']);
    expect(world.putAside()).toEqual([]);
  });

  it('is passed over when it comes again', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, gzipSync(accessLines(10)));

    await ingestObject(object, world.ports);
    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.opened).toBe(1);
    expect(world.sent).toHaveLength(10);
  });

  it('is read again when it was written anew', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, gzipSync(accessLines(10)));
    await ingestObject(object, world.ports);
    world.objects.set(object.key, gzipSync(accessLines(5, 100)));

    await ingestObject({ ...object, etag: 'def' }, world.ports);

    expect(world.sent).toHaveLength(15);
  });

  it('goes on where it stopped for want of time, even elsewhere', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, gzipSync(accessLines(12_000)));
    world.remaining = 10_000;

    expect(await ingestObject(object, world.ports)).toBe(false);
    const first = world.sent.length;
    const elsewhere = ingestWorld();
    const ports = { ...world.ports, recent: elsewhere.ports.recent, remaining: () => 300_000 };
    expect(await ingestObject(object, ports)).toBe(true);

    expect(first).toBe(5000);
    expect(world.sent.map(({ event }) => event.id)).toEqual(Array.from({ length: 12_000 }, (_, i) => `ev-${i}`));
  });

  it('has to come again when the stream is full, and nothing is sent twice then', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, gzipSync(accessLines(700)));
    world.refuse = ({ partitionKey }) => partitionKey === 'e-7';

    expect(await ingestObject(object, world.ports)).toBe(false);
    world.refuse = () => false;
    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent.map(({ event }) => event.id).toSorted()).toEqual(
      Array.from({ length: 700 }, (_, i) => `ev-${i}`).toSorted(),
    );
    expect(world.counts.get('IngestRepeated')).toBe(693);
  });

  it('has to come again when its bytes break off, and nothing is missing then', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, Buffer.from(accessLines(1200)));
    const { open } = world.ports.objects;
    const breakingOff: typeof open = async (written) => cutShort(await open(written));

    await expect(ingestObject(object, { ...world.ports, objects: { open: breakingOff } })).rejects.toThrow('aborted');
    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent.map(({ event }) => event.id)).toEqual(Array.from({ length: 1200 }, (_, i) => `ev-${i}`));
    expect(world.counts.get('IngestRepeated')).toBe(0);
  });

  it('has its bad records put aside whole, with the reason, and the others go on', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, Buffer.from(`${accessLines(2)}\nnonsense\n{"id":"x"}\n${accessLines(2, 2)}`));

    await ingestObject(object, world.ports);

    expect(world.sent).toHaveLength(4);
    expect(world.putAside()).toEqual([
      ['no JSON object', 'nonsense'],
      [expect.stringContaining('time'), '{"id":"x"}'],
    ]);
  });

  it.each([
    ['the digest of a trail’s files', { awsAccountId: '111122223333', digestStartTime: 'x', logFiles: [{}, {}] }],
    ['what a trail’s Insights found', { Records: [{ eventType: 'AwsCloudTrailInsight', insightDetails: {} }] }],
    ['other services’ entries of a sink', { protoPayload: { serviceName: 'storage.googleapis.com' } }],
  ])('has nothing put aside that belongs where it lies: %s', async (_, content) => {
    const world = ingestWorld();
    world.objects.set(object.key, gzipSync(JSON.stringify(content)));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.putAside()).toEqual([]);
    expect(world.counts.get('IngestNotConcerned')).toBe(1);
  });

  it.each([2000, 100])('is read as far as it goes when it is cut off, and put aside by its name: %d', async (count) => {
    const world = ingestWorld();
    const packed = gzipSync(accessLines(count), { level: 0 });
    world.objects.set(object.key, packed.subarray(0, packed.length / 2));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent.length).toBeGreaterThan(count / 4);
    expect(world.putAside()).toEqual([
      [expect.stringMatching(/^the object, after \d+ records: the gzip data are cut off$/), JSON.stringify(object)],
    ]);
    expect(world.counts.get('IngestObjectsCutShort')).toBe(1);
  });

  it('is given up when nothing in it is a record', async () => {
    const world = ingestWorld();
    world.objects.set(object.key, Buffer.from('some;csv;file\n'.repeat(50_000)));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.putAside()).toHaveLength(1001);
    expect(world.putAside().at(-1)?.[0]).toBe('the object, after 1000 records: 1000 records and none can be read');
  });

  it('is read to its end while some of it is a record', async () => {
    const world = ingestWorld();
    const halves = [accessLines(1), accessLines(1, 1)].map((line) => `${'nonsense\n'.repeat(999)}${line}\n`);
    world.objects.set(object.key, Buffer.from(halves.join('')));

    expect(await ingestObject(object, world.ports)).toBe(true);

    expect(world.sent).toHaveLength(2);
    expect(world.counts.has('IngestObjectsCutShort')).toBe(false);
  });

  it('is put aside by its name when it is gone', async () => {
    const world = ingestWorld();

    expect(await ingestObject(object, world.ports)).toBe(true);
    expect(world.putAside()).toEqual([
      ['the object, after 0 records: it is gone, or was written over', JSON.stringify(object)],
    ]);
  });

  it('fails when its bucket does, and is not done', async () => {
    const world = ingestWorld();
    const open = async () => {
      throw new Error('AccessDenied');
    };

    await expect(ingestObject(object, { ...world.ports, objects: { open } })).rejects.toThrow('AccessDenied');
    expect(world.notes.size).toBe(0);
  });
});

/** The first chunk, and then no more. */
async function* cutShort(chunks: AsyncIterable<Uint8Array> | undefined) {
  for await (const chunk of chunks ?? []) {
    yield chunk;
    throw new Error('aborted');
  }
}
