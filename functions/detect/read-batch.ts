import { isUtf8 } from 'node:buffer';
import type { KinesisStreamRecord } from 'aws-lambda';
import { type AccessEvent, parseAccessEventText } from '../../shared/model/access-event.ts';
import { type Adjudication, parseAdjudicationText } from '../../shared/model/adjudication.ts';
import { type LateLinks, parseLateLinksText } from '../../shared/model/late-links.ts';
import type { StreamPosition } from '../../shared/pipeline/fences.ts';
import { hash64Hex } from '../../shared/stats/hash64.ts';
import type { QuarantinedRecord } from '../../shared/stores/ports.ts';

/** An event whose time lies further ahead of its arrival has a broken clock. */
export const FUTURE_MS = 10 * 60_000;

/** One good record of a batch. */
export type BatchRecord = AccessRecord | AdjudicationRecord | LateLinksRecord;

interface PlacedRecord {
  /** When the stream took it, epoch milliseconds. */
  readonly arrival: number;
  readonly position: StreamPosition;
  readonly sequenceNumber: string;
  readonly record: KinesisStreamRecord;
}

/** An access. */
export interface AccessRecord extends PlacedRecord {
  readonly kind: 'access';
  readonly event: AccessEvent;
  /** Event time, epoch milliseconds. */
  readonly time: number;
}

/** The verdict on a case, among its subject's accesses. */
export interface AdjudicationRecord extends PlacedRecord {
  readonly kind: 'adjudication';
  readonly adjudication: Adjudication;
}

/** Refusals that others' looks were found for, among the accesses of whoever was refused. */
export interface LateLinksRecord extends PlacedRecord {
  readonly kind: 'late-links';
  readonly lateLinks: LateLinks;
}

export interface ReadBatch {
  /** By actor id, each actor's records in stream order. */
  readonly byActor: ReadonlyMap<string, readonly BatchRecord[]>;
  readonly quarantined: readonly QuarantinedRecord[];
}

/** Reads a batch: what can be used, by actor, and what can't, with the reason. Never throws on what a producer sent. */
export function readBatch(records: readonly KinesisStreamRecord[]): ReadBatch {
  const byActor = new Map<string, BatchRecord[]>();
  const quarantined: QuarantinedRecord[] = [];
  for (const record of records) {
    const read = readRecord(record);
    if ('reason' in read) {
      quarantined.push(quarantinedRecord(record, read.reason));
      continue;
    }
    const actorId = record.kinesis.partitionKey;
    const earlier = byActor.get(actorId);
    if (earlier) earlier.push(read);
    else byActor.set(actorId, [read]);
  }
  return { byActor, quarantined };
}

/** A record as it is put aside: whole, with the reason. */
export function quarantinedRecord(record: KinesisStreamRecord, reason: string): QuarantinedRecord {
  return {
    reason,
    data: record.kinesis.data,
    partitionKey: record.kinesis.partitionKey,
    shardId: shardIdOf(record),
    sequenceNumber: record.kinesis.sequenceNumber,
    arrival: arrivalOf(record),
  };
}

export const shardIdOf = (record: KinesisStreamRecord): string => record.eventID.split(':', 1)[0] ?? '';

/** Lambda gives seconds with a fraction. */
const arrivalOf = ({ kinesis }: KinesisStreamRecord) => Math.round(kinesis.approximateArrivalTimestamp * 1000);

/** @returns the record, or why it can't be used */
function readRecord(record: KinesisStreamRecord): BatchRecord | { readonly reason: string } {
  const bytes = Buffer.from(record.kinesis.data, 'base64');
  if (!isUtf8(bytes)) return { reason: 'not UTF-8' };
  const text = bytes.toString('utf8');
  const { sequenceNumber, partitionKey } = record.kinesis;
  const arrival = arrivalOf(record);
  const position = positionOf(record);
  const verdict = parseAdjudicationText(text);
  if (verdict) {
    if ('reason' in verdict) return verdict;
    const { value: adjudication } = verdict;
    return partitionKey === adjudication.actorId
      ? { kind: 'adjudication', adjudication, arrival, position, sequenceNumber, record }
      : MISKEYED;
  }
  const linked = parseLateLinksText(text);
  if (linked) {
    if ('reason' in linked) return linked;
    const { value: lateLinks } = linked;
    return partitionKey === lateLinks.actorId
      ? { kind: 'late-links', lateLinks, arrival, position, sequenceNumber, record }
      : MISKEYED;
  }
  const parsed = parseAccessEventText(text);
  if (!parsed.ok) return { reason: parsed.reason };
  const { event, time } = parsed;
  if (partitionKey !== event.actor.id) return MISKEYED;
  if (time - arrival > FUTURE_MS) return { reason: 'time is more than 10 minutes ahead of arrival' };
  return { kind: 'access', event, time, arrival, position, sequenceNumber, record };
}

/** Order holds per partition key only: under any other key this actor's records could overtake each other. */
const MISKEYED = { reason: 'partition key is not the actor id' } as const;

const positionOf = (record: KinesisStreamRecord): StreamPosition => ({
  shard: shardHash(`${record.eventSourceARN} ${shardIdOf(record)}`),
  sequenceNumber: BigInt(record.kinesis.sequenceNumber),
});

let hashed = { name: '', hash: '' };

/** A batch comes from one shard: its name is hashed once. */
function shardHash(name: string): string {
  if (hashed.name !== name) hashed = { name, hash: hash64Hex(name) };
  return hashed.hash;
}
