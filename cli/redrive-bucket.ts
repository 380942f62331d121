import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { GIVEN_UP_PREFIX, QUARANTINE_PREFIX, REDRIVEN_PREFIX, UNREAD_PREFIX } from '../infra/resource-names.ts';
import { NOTES_PREFIX } from '../shared/stores/archive-objects.ts';
import { type Note, type PutAside, type Redriven, recordId } from './redrive-plan.ts';

/** What a redrive reads, and the one thing it writes. */
export interface RedriveBucket {
  readonly sources: () => Promise<RedriveSources>;
  /** @throws Error when the object is not what its place says */
  readonly records: (key: string) => Promise<readonly PutAside[]>;
  /** The notes about batches that any of these records may have been part of. */
  readonly notesOn: (records: readonly PutAside[]) => Promise<readonly Note[]>;
  readonly redriven: () => Promise<Redriven>;
  /** Writes down what is done with records under a name of its own; the same name again replaces it. */
  readonly mark: (name: string, mark: RedriveMark) => Promise<void>;
}

export interface RedriveSources {
  /** Keys of objects that hold records of the stream, in the order in which they came within a shard. */
  readonly keys: readonly string[];
  /** How many objects of records lie beside them that never were on the stream, since `ingest` could not read them. */
  readonly unread: number;
}

const markSchema = z.object({
  at: z.string(),
  /** Ids of records that the stream has taken. */
  putBack: z.array(z.string()),
  /** Ids of records that it may have taken. */
  inDoubt: z.array(z.string()),
  /** What all of these held; older marks don't say. */
  contents: z.array(z.string()).default([]),
});
export type RedriveMark = z.infer<typeof markSchema>;

const quarantinedSchema = z.object({
  reason: z.string(),
  data: z.string(),
  partitionKey: z.string(),
  shardId: z.string(),
  sequenceNumber: z.string().regex(/^\d+$/),
});

const noteSchema = z.object({
  shardId: z.string(),
  sequenceNumbers: z.array(z.string()),
  done: z.optional(z.array(z.string())),
});

/** AWS Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source". */
const failureSchema = z.object({
  responseContext: z.optional(z.object({ functionError: z.optional(z.nullable(z.string())) })),
  KinesisBatchInfo: z.object({ shardId: z.string() }),
  payload: z.string('it holds no records, only where they were: take them from the archive of events'),
});
const payloadSchema = z.object({
  Records: z.array(
    z.object({
      kinesis: z.object({ partitionKey: z.string(), sequenceNumber: z.string().regex(/^\d+$/), data: z.string() }),
    }),
  ),
});

export function openRedriveBucket(s3: S3Client, bucketName: string): RedriveBucket {
  const list = async (Prefix: string) => {
    const found: { readonly key: string; readonly writtenAt: number }[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucketName, Prefix }))
      for (const { Key, LastModified } of Contents)
        if (Key !== undefined) found.push({ key: Key, writtenAt: LastModified?.getTime() ?? 0 });
    return found;
  };
  const read = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  let noteRanges: Promise<readonly NoteRange[]> | undefined;
  return {
    sources: async () => {
      const found = (await Promise.all([list(QUARANTINE_PREFIX), list(GIVEN_UP_PREFIX)])).flat();
      const keys = found.map(({ key }) => key).filter((key) => !key.startsWith(UNREAD_PREFIX));
      return { keys, unread: found.length - keys.length };
    },
    records: async (key) => {
      const text = await read(key);
      return key.startsWith(QUARANTINE_PREFIX) ? quarantinedRecords(text) : givenUpRecords(text);
    },
    notesOn: async (records) => {
      noteRanges ??= list(NOTES_PREFIX).then((notes) => notes.flatMap(noteRange));
      const positions = records.map(({ sequenceNumber }) => BigInt(sequenceNumber));
      const concerned = (await noteRanges).filter(({ first, last }) =>
        positions.some((at) => first <= at && at <= last),
      );
      return Promise.all(
        concerned.map(async ({ key, ...range }): Promise<Note> => {
          const { shardId, sequenceNumbers, done } = noteSchema.parse(JSON.parse(await read(key)));
          return { ...range, shardId, notApplied: new Set(sequenceNumbers), done: done && new Set(done) };
        }),
      );
    },
    redriven: async () => {
      const putBack = new Set<string>();
      const inDoubt = new Set<string>();
      const contents = new Set<string>();
      for (const { key } of await list(REDRIVEN_PREFIX)) {
        const mark = markSchema.parse(JSON.parse(await read(key)));
        for (const id of mark.putBack) putBack.add(id);
        for (const id of mark.inDoubt) inDoubt.add(id);
        for (const content of mark.contents) contents.add(content);
      }
      return { putBack, inDoubt, contents };
    },
    mark: async (name, mark) => {
      const Body = JSON.stringify(mark satisfies RedriveMark);
      const Key = `${REDRIVEN_PREFIX}${name}.json`;
      await s3.send(new PutObjectCommand({ Bucket: bucketName, Key, Body, ContentType: 'application/json' }));
    },
  };
}

interface NoteRange {
  readonly key: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly writtenAt: number;
}

/** A batch is named after its shard and its first and last sequence number. */
function noteRange({ key, writtenAt }: { readonly key: string; readonly writtenAt: number }): readonly NoteRange[] {
  const [, first, last] = /-(\d+)-(\d+)\.json$/.exec(key) ?? [];
  return first === undefined || last === undefined
    ? []
    : [{ key, first: BigInt(first), last: BigInt(last), writtenAt }];
}

const quarantinedRecords = (text: string): readonly PutAside[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { reason, data, partitionKey, shardId, sequenceNumber } = quarantinedSchema.parse(JSON.parse(line));
      const id = recordId(shardId, sequenceNumber);
      return { id, shardId, sequenceNumber, partitionKey, data, origin: { kind: 'quarantined', reason } };
    });

function givenUpRecords(text: string): readonly PutAside[] {
  const { responseContext, KinesisBatchInfo, payload } = failureSchema.parse(JSON.parse(text));
  const { shardId } = KinesisBatchInfo;
  // Without a response the function never saw this batch, though it may have seen its records in a larger one.
  const threw = typeof responseContext?.functionError === 'string';
  const lastInvocation = threw ? 'threw' : responseContext ? 'returned' : 'none';
  return payloadSchema.parse(JSON.parse(payload)).Records.map(({ kinesis }) => ({
    ...kinesis,
    id: recordId(shardId, kinesis.sequenceNumber),
    shardId,
    origin: { kind: 'given-up', lastInvocation },
  }));
}
