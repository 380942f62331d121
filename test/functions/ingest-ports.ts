import type { ObjectPorts } from '../../functions/ingest/ingest-object.ts';
import type { RequestPorts } from '../../functions/receive/answer-request.ts';
import { openRecordReader } from '../../shared/formats/read-records.ts';
import { createRecentEvents } from '../../shared/intake/recent-events.ts';
import { createMemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { type OutgoingRecord, RecordsNotTaken } from '../../shared/stores/put-records.ts';
import type { ProgressNote } from '../../shared/stores/s3-object-progress.ts';
import type { WrittenObject } from '../../shared/stores/s3-object-source.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { fixtureContext } from '../formats/fixture-records.ts';

/** A stream, an archive and a bucket in memory, and what the test lets go wrong with them. */
export function ingestWorld() {
  const sent: { readonly partitionKey: string; readonly event: ReturnType<typeof anAccessEvent> }[] = [];
  const objects = new Map<string, Uint8Array>();
  const notes = new Map<string, ProgressNote>();
  const counts = new Map<string, number>();
  const archive = createMemoryRecordArchive();
  /** `refuse` says of which records the stream takes none. */
  const world = { refuse: (_: OutgoingRecord): boolean => false, remaining: 300_000, opened: 0 };
  const about = fixtureContext();
  const ports: ObjectPorts = {
    openReader: () => openRecordReader(about),
    put: async (records) => {
      const refused = records.filter((record) => world.refuse(record));
      for (const { partitionKey, data } of records.filter((record) => !world.refuse(record)))
        sent.push({ partitionKey, event: JSON.parse(new TextDecoder().decode(data)) });
      if (refused.length > 0) throw new RecordsNotTaken('the stream is full', refused);
    },
    archive,
    recent: createRecentEvents(),
    objects: {
      open: async ({ key }: WrittenObject) => {
        world.opened++;
        const bytes = objects.get(key);
        return bytes && inChunks(bytes);
      },
    },
    progress: {
      read: async (name) => notes.get(name),
      write: async (name, note) => void notes.set(name, note),
    },
    remaining: () => world.remaining,
    now: () => Date.parse('2026-11-23T10:15:30.000Z'),
    count: (metric, value) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    warn: () => {},
  };
  const requestPorts: RequestPorts = { ...ports, openReader: async () => ports.openReader() };
  /** Why records were put aside, and what they were. */
  const putAside = () =>
    [...archive.objects.values()].flatMap((body) =>
      body
        .trim()
        .split('\n')
        .map((line): [string, string] => {
          const { reason, data } = JSON.parse(line);
          return [reason, Buffer.from(data, 'base64').toString()];
        }),
    );
  return Object.assign(world, { ports, requestPorts, sent, objects, notes, counts, putAside });
}

async function* inChunks(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** Accesses of several people, one a line. */
export const accessLines = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify(anAccessEvent({ id: `ev-${from + i}`, actor: { id: `e-${(from + i) % 100}` } })),
  ).join('\n');
