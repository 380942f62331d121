import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeS3Client } from '../../shared/stores/clients.ts';
import { createMemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import type { QuarantinedRecord, RecordArchive } from '../../shared/stores/ports.ts';
import { createS3RecordArchive } from '../../shared/stores/s3-record-archive.ts';
import { connectServices, uniqueName } from './aws-services.ts';

let disconnect: () => Promise<void>;
let client: S3Client;
let bucketName: string;

beforeAll(async () => {
  disconnect = await connectServices();
  client = makeS3Client();
});
beforeEach(async () => {
  bucketName = uniqueName('borderwatch-archive');
  await client.send(new CreateBucketCommand({ Bucket: bucketName }));
});
afterEach(async () => {
  for (const key of (await readBucket()).keys())
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
  await client.send(new DeleteBucketCommand({ Bucket: bucketName }));
});
afterAll(async () => {
  client.destroy();
  await disconnect();
});

async function readBucket(): Promise<ReadonlyMap<string, string>> {
  const { Contents: contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucketName }));
  const objects = new Map<string, string>();
  for (const { Key: key = '' } of contents) {
    const object = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
    objects.set(key, (await object.Body?.transformToString()) ?? '');
  }
  return objects;
}

const aRecord = (changes: Partial<QuarantinedRecord> = {}): QuarantinedRecord => ({
  reason: 'time: not a time',
  data: Buffer.from('{"id":"ev-1"\n}').toString('base64'),
  partitionKey: 'e-1',
  shardId: 'shardId-000000000001',
  sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
  arrival: 1_795_428_930_123,
  ...changes,
});

describe.each<{
  name: string;
  make: () => { archive: RecordArchive; read: () => Promise<ReadonlyMap<string, string>> };
}>([
  {
    name: 'memory',
    make: () => {
      const archive = createMemoryRecordArchive();
      return { archive, read: async () => archive.objects };
    },
  },
  {
    name: 'S3',
    make: () => ({
      archive: createS3RecordArchive({ write: makeObjectWriter(process.env), bucketName }),
      read: readBucket,
    }),
  },
])('a record archive in $name', ({ make }) => {
  it('keeps a batch of quarantined records as lines of one object', async () => {
    const { archive, read } = make();
    const records = [
      aRecord(),
      aRecord({ reason: 'line\nbreak "quoted"', data: '' }),
      { reason: 'r', data: '', arrival: 1 },
    ];

    await archive.quarantine('shardId-1/4959', records);

    const objects = await read();
    expect([...objects.keys()]).toEqual(['quarantine/shardId-1/4959.ndjson']);
    const lines = (objects.get('quarantine/shardId-1/4959.ndjson') ?? '').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(records);
  });

  it('overwrites the object of a batch that is repeated', async () => {
    const { archive, read } = make();

    await archive.quarantine('batch', [aRecord(), aRecord()]);
    await archive.quarantine('batch', [aRecord({ reason: 'second' })]);

    const objects = await read();
    expect(objects.size).toBe(1);
    expect(JSON.parse(objects.get('quarantine/batch.ndjson') ?? '')).toMatchObject({ reason: 'second' });
  });

  it('writes nothing where nothing was quarantined', async () => {
    const { archive, read } = make();

    await archive.quarantine('batch', []);

    expect((await read()).size).toBe(0);
  });

  it('notes which records of a batch were not applied', async () => {
    const { archive, read } = make();

    const note = {
      batchName: 'batch',
      shardId: 'shardId-1',
      sequenceNumbers: ['49590338271490256608', '49590338271490256609'],
      done: ['49590338271490256610'],
    };

    await archive.noteNotApplied(note);

    const objects = await read();
    expect([...objects.keys()]).toEqual(['failed/notes/batch.json']);
    expect(JSON.parse(objects.get('failed/notes/batch.json') ?? '')).toEqual(note);
  });

  it('keeps several megabytes', async () => {
    const { archive, read } = make();
    const records = Array.from({ length: 60 }, () => aRecord({ data: 'A'.repeat(100_000) }));

    await archive.quarantine('large', records);

    expect((await read()).get('quarantine/large.ndjson')?.split('\n')).toHaveLength(61);
  });
});

describe('the S3 record archive', () => {
  it('fails when the bucket is not there', async () => {
    const archive = createS3RecordArchive({ write: makeObjectWriter(process.env), bucketName: uniqueName('absent') });

    await expect(archive.quarantine('batch', [aRecord()])).rejects.toThrow(/bucket/i);
  });
});
