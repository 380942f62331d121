import { gunzipSync } from 'node:zlib';
import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archivedLines } from '../../cli/archived-lines.ts';
import { archive } from '../../functions/archive/archive.ts';
import { parseArchiveEnvironment } from '../../functions/archive/env.ts';
import { archivedObjectOf, withoutRepeated } from '../../shared/stores/archived-events.ts';
import { makeS3Client } from '../../shared/stores/clients.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { aStreamRecord } from '../infra/bundled/a-stream-record.ts';

const ARRIVAL = Date.parse('2026-11-26T10:59:58.250Z');
const text = (id: string) => JSON.stringify(anAccessEvent({ id }));
const recordsOf = (texts: readonly string[], arrival = ARRIVAL, first = 0n) =>
  texts.map((each, i) => aStreamRecord(each, arrival + i * 1_000, first + BigInt(i)));

/** What was written, by key, as lines. */
function writtenTo(objects: Map<string, readonly string[]>) {
  return async ({ key, body }: { readonly key: string; readonly body: string | Uint8Array }) => {
    objects.set(key, gunzipSync(body).toString().split('\n').slice(0, -1));
  };
}

describe('the archiver', () => {
  it('says what is wrong with its environment', () => {
    expect(() => parseArchiveEnvironment({ BUCKET: 'Not A Bucket' })).toThrow(
      "archive can't start: BUCKET is not the name of a bucket",
    );
  });

  it('puts a batch into one object, named after the hour and the records that it holds', async () => {
    const objects = new Map<string, readonly string[]>();

    await archive(recordsOf([text('a'), 'no event']), { write: writtenTo(objects), bucket: 'archive' });

    const [first, last] = ['49590338271490256608559692538361571095', '49590338271490256608559692538361571096'];
    const key = `events/2026/11/26/10/105958250-shardId-000000000000-${first}-${last}.ndjson.gz`;
    expect([...objects]).toEqual([[key, [text('a'), 'no event']]]);
    expect(archivedObjectOf(key)).toEqual({ arrival: ARRIVAL, shardId: 'shardId-000000000000', first, last });
    expect(archivedObjectOf('events/2026/11/26/10/else.ndjson.gz')).toBeUndefined();
  });

  it('puts each hour’s records into an object of their own, however long they waited together', async () => {
    const objects = new Map<string, readonly string[]>();

    await archive(recordsOf(['1', '2', '3', '4']), { write: writtenTo(objects), bucket: 'archive' });

    // Both are compressed and written at once.
    expect([...objects].sort().map(([key, lines]) => [key.slice(0, 31), lines])).toEqual([
      ['events/2026/11/26/10/105958250-', ['1', '2']],
      ['events/2026/11/26/11/110000250-', ['3', '4']],
    ]);
  });

  it('puts each record on a line of its own that says the same, however it was written', async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, fc.constantFrom('', ' ', '\t')), { minLength: 1 }), async (values) => {
        const objects = new Map<string, readonly string[]>();
        const texts = values.map(([each, indent]) => `${JSON.stringify(each, null, indent)}\r\n`);

        await archive(recordsOf(texts), { write: writtenTo(objects), bucket: 'archive' });

        const lines = [...objects.keys()].sort().flatMap((key) => objects.get(key) ?? []);
        expect(lines.map((line) => JSON.parse(line))).toEqual(texts.map((each) => JSON.parse(each)));
      }),
    );
  });

  it('loses nothing when a batch comes again and is cut elsewhere', async () => {
    const all = recordsOf(['1', '2', '3', '4', '5']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }), async (cuts) => {
        const objects = new Map<string, readonly string[]>();
        const ports = { write: writtenTo(objects), bucket: 'archive' };

        // Each time the batch was written, and then not known to be; one of them may even come last.
        const [late, ...early] = cuts;
        for (const size of early) await archive(all.slice(0, size), ports);
        await archive(all.slice(0, 2), ports);
        await archive(all.slice(2), ports);
        if (late !== undefined) await archive(all.slice(0, late), ports);

        const lines = withoutRepeated([...objects.keys()].sort()).flatMap((key) => objects.get(key) ?? []);
        expect(new Set(lines)).toEqual(new Set(['1', '2', '3', '4', '5']));
        // What was cut as it is now is there once.
        if (cuts.every((size) => size <= 2)) expect(lines).toEqual(['1', '2', '3', '4', '5']);
      }),
    );
  });

  it('fails where the bucket does not take it, so that the batch comes again', async () => {
    const refused = new Error('answered 403');

    await expect(archive(recordsOf(['1']), { write: () => Promise.reject(refused), bucket: 'archive' })).rejects.toBe(
      refused,
    );
  });
});

describe('the archive', () => {
  let disconnect: () => Promise<void>;
  let client: S3Client;
  const bucket = uniqueName('archive');

  beforeAll(async () => {
    disconnect = await connectServices();
    client = makeS3Client();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    client.destroy();
    await disconnect();
  });

  it('is read back by the hour, in the order of arrival, as it came', async () => {
    const ports = { write: makeObjectWriter(process.env), bucket };
    const minutes = [0, 1, 40].map((minute) => ARRIVAL + minute * 60_000);
    const texts = minutes.map((_, i) => [text(`${i}-a`), text(`${i}-b`)]);

    for (const [i, arrival] of [...minutes.entries()].reverse())
      await archive(recordsOf(texts[i] ?? [], arrival, BigInt(1_000 - i)), ports);

    const lines: string[] = [];
    for await (const block of archivedLines(client, { bucket, prefix: 'events/' }, () => {}))
      for (const line of block) lines.push(line.kind === 'line' ? line.text : line.reason);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(lines).toEqual(texts.flat());
    expect(Contents.map(({ Key = '' }) => Key.slice(0, 21))).toEqual([
      'events/2026/11/26/10/',
      'events/2026/11/26/11/',
      'events/2026/11/26/11/',
    ]);
  });
});
