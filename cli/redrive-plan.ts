import { createHash } from 'node:crypto';
import type { KinesisStreamRecord } from 'aws-lambda';
import { readBatch } from '../functions/detect/read-batch.ts';
import { parseAccessEventText } from '../shared/model/access-event.ts';
import type { OutgoingRecord } from '../shared/stores/put-records.ts';

/** A record that was put aside, whole. */
export interface PutAside {
  /** Which record of the stream it was: shard and sequence number. */
  readonly id: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
  readonly origin:
    | { readonly kind: 'quarantined'; readonly reason: string }
    /** Of a batch that Lambda gave up; what came of its last invocation, if there was one. */
    | { readonly kind: 'given-up'; readonly lastInvocation: 'none' | 'returned' | 'threw' };
}

/** What `detect` noted of a batch when it reported that records of it had failed. */
export interface Note {
  readonly shardId: string;
  readonly first: bigint;
  readonly last: bigint;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  readonly notApplied: ReadonlySet<string>;
  /** The batch's other records. Older notes don't name them: what their batches held besides is unknown. */
  readonly done: ReadonlySet<string> | undefined;
}

/** What earlier redrives did, by the records' ids. */
export interface Redriven {
  readonly putBack: ReadonlySet<string>;
  /** Begun and not confirmed: they may be on the stream. */
  readonly inDoubt: ReadonlySet<string>;
  /** What all of these held, see contentOf: what comes back to quarantine has another id. */
  readonly contents: ReadonlySet<string>;
}

/** What is to become of a record. */
export type Fate =
  | { readonly kind: 'put back'; readonly id: string; readonly outgoing: OutgoingRecord }
  /** To be put back only when the user says so: it may be counted twice. */
  | { readonly kind: 'in doubt'; readonly id: string; readonly outgoing: OutgoingRecord; readonly why: string }
  | { readonly kind: 'put back before' }
  /** It was put back before and quarantined again, for a reason that only its case or its actor's past shows: put back when the user says so. */
  | { readonly kind: 'came back'; readonly id: string; readonly outgoing: OutgoingRecord; readonly reason: string }
  /** It was applied, or quarantined: the last note on it says so. */
  | { readonly kind: 'applied' }
  /** The same record lies elsewhere in the bucket and was seen there. */
  | { readonly kind: 'seen before' }
  /** It would be quarantined again. */
  | { readonly kind: 'still refused'; readonly reason: string };

export interface RedriveContext {
  /** Of the shards in question. */
  readonly notes: readonly Note[];
  readonly redriven: Redriven;
  /** Ids that were planned before, to be added to. */
  readonly seen: Set<string>;
  /** Epoch milliseconds: when the stream will take what is put back. */
  readonly now: number;
}

export const recordId = (shardId: string, sequenceNumber: string): string => `${shardId}:${sequenceNumber}`;

/** Tells what a record holds, wherever on the stream it is: 32 hexadecimal digits of SHA-256 over key and data. */
export const contentOf = ({ partitionKey, data }: OutgoingRecord): string =>
  createHash('sha256').update(`${partitionKey}\u0000`).update(data).digest('hex').slice(0, 32);

/** Says of each record what is to become of it, once. */
export function planRedrive(records: readonly PutAside[], context: RedriveContext): readonly Fate[] {
  return records.map((record) => {
    if (context.seen.has(record.id)) return { kind: 'seen before' };
    context.seen.add(record.id);
    return fateOf(record, context);
  });
}

function fateOf(record: PutAside, { notes, redriven, now }: RedriveContext): Fate {
  const { id, origin } = record;
  if (redriven.putBack.has(id)) return { kind: 'put back before' };
  const note = origin.kind === 'given-up' ? lastNoteOn(record, notes) : undefined;
  if (note?.done?.has(record.sequenceNumber)) return { kind: 'applied' };
  const judged = judgeAgain(record, now);
  if ('reason' in judged) return { kind: 'still refused', reason: judged.reason };
  const { outgoing } = judged;
  if (origin.kind === 'quarantined' && !redriven.inDoubt.has(id) && redriven.contents.has(contentOf(outgoing)))
    return { kind: 'came back', id, outgoing, reason: origin.reason };
  const why = doubtAbout(record, note) ?? (redriven.inDoubt.has(id) ? 'an earlier redrive was cut off' : undefined);
  return why === undefined ? { kind: 'put back', id, outgoing } : { kind: 'in doubt', id, outgoing, why };
}

/** Why a record may have been applied though nothing says so. */
function doubtAbout({ origin, sequenceNumber }: PutAside, note: Note | undefined): string | undefined {
  if (origin.kind === 'quarantined') return undefined;
  // An invocation that threw or timed out may have applied records after the last note was written.
  if (origin.lastInvocation === 'threw')
    return "the function's last try ended in an error, after it may have applied some";
  if (!note) return 'nothing notes which of them were not applied';
  return note.notApplied.has(sequenceNumber)
    ? undefined
    : "the last note that may be about them is an older one, which doesn't say what its batch held";
}

/**
 * The newest note of a batch that the record was part of, or may have been. Times in S3 are whole seconds; of two notes of one second
 * the narrower is the later one, since each retry is a part of what was tried before.
 */
function lastNoteOn(record: PutAside, notes: readonly Note[]): Note | undefined {
  return notes
    .filter((note) => mayHold(note, record))
    .reduce<Note | undefined>((latest, note) => (latest && !isLater(note, latest) ? latest : note), undefined);
}

/** Between a batch's first and last lie records of the shard's other lane as well. */
function mayHold({ shardId, first, last, notApplied, done }: Note, record: PutAside): boolean {
  if (shardId !== record.shardId) return false;
  if (done) return done.has(record.sequenceNumber) || notApplied.has(record.sequenceNumber);
  const position = BigInt(record.sequenceNumber);
  return first <= position && position <= last;
}

const isLater = (note: Note, other: Note) =>
  note.writtenAt === other.writtenAt
    ? note.first >= other.first && note.last <= other.last
    : note.writtenAt > other.writtenAt;

/** What `detect` would say of the record if it arrived now, under its actor's key: the same bytes. */
function judgeAgain(
  record: PutAside,
  now: number,
): { readonly outgoing: OutgoingRecord } | { readonly reason: string } {
  const data = Buffer.from(record.data, 'base64');
  const parsed = parseAccessEventText(data.toString('utf8'));
  const partitionKey = parsed.ok ? parsed.event.actor.id : record.partitionKey;
  const { quarantined } = readBatch([asStreamed(record, partitionKey, now)]);
  const [refused] = quarantined;
  return refused ? { reason: refused.reason } : { outgoing: { partitionKey, data } };
}

const asStreamed = (record: PutAside, partitionKey: string, now: number): KinesisStreamRecord => ({
  kinesis: {
    kinesisSchemaVersion: '1.0',
    partitionKey,
    sequenceNumber: record.sequenceNumber,
    data: record.data,
    approximateArrivalTimestamp: now / 1_000,
  },
  eventSource: 'aws:kinesis',
  eventVersion: '1.0',
  eventID: record.id,
  eventName: 'aws:kinesis:record',
  invokeIdentityArn: '',
  awsRegion: '',
  eventSourceARN: '',
});
