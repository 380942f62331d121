import { readFileSync } from 'node:fs';
import type { ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { peakMemoryBytes } from '../../cli/peak-memory.ts';
import { publishSnapshot } from '../../functions/assess/publish-snapshot.ts';
import { directoryGeneration } from '../../shared/formats/directory-bytes.ts';
import { ATTRIBUTES } from '../../shared/model/access.ts';
import { decodeBaseline } from '../../shared/model/baseline-codec.ts';
import { EMPLOYEE_PREFIX } from '../../shared/model/item-size.ts';
import type { Network } from '../../shared/model/networks.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { encodeSnapshot, snapshotName } from '../../shared/stores/snapshot-value.ts';
import { collectGarbage } from '../harness/collect-garbage.ts';
import { createMemoryTables } from '../metering/memory-tables.ts';
import { answeringCall } from '../metering/metered-call.ts';
import { readUnits, sizeOfItem } from '../metering/request-units.ts';
import { BASELINES_TABLE, DIRECTORY_TABLE, nameNobody } from './metered-detection.ts';

/** What a fold is measured on; everybody is there as often as it takes. */
export interface FoldWork {
  readonly employees: number;
  /** Of the company, encoded, base64. */
  readonly baselines: readonly (readonly [actorId: string, encoded: string])[];
  /** Of everybody, as it is stored, base64: making it takes more memory than a fold does. */
  readonly directory: string;
  readonly networks: readonly Network[];
  readonly snapshot: Snapshot;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Folded {
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly mebibytesBefore: number;
  readonly readUnits: number;
  readonly snapshotBytes: number;
}

const MEBIBYTE = 2 ** 20;

/** A fold by the real store. The table is made up as it is read: its memory would be taken for the fold's. */
async function foldOnce(work: FoldWork): Promise<Folded> {
  nameNobody();
  const tables = createMemoryTables();
  const table = endlessTable(work);
  const call = answeringCall({
    answer: (operation, input) =>
      operation === 'Scan' ? table.scan(input as ScanCommandInput) : tables.answer(operation, input),
  });
  const references = createDynamoReferenceStore({ call, tableName: DIRECTORY_TABLE });
  const before = work.now - 3_600_000;
  const stored = Buffer.from(work.directory, 'base64');
  const directory = directoryGeneration(stored);
  await references.put(directory, stored);
  await references.publish('directory', before, directory);
  const networks = await publishNetworks(references, work.networks, before);
  const previous = encodeSnapshot({ ...work.snapshot, stamp: before, directory, networks });
  await references.put(snapshotName(before, previous), previous);
  await references.publish('snapshot', before, snapshotName(before, previous));
  const baselines = createDynamoBaselineStore({
    call,
    tableName: BASELINES_TABLE,
    scan: { itemsPerSecond: Number.MAX_SAFE_INTEGER },
  });

  collectGarbage();
  const mebibytesBefore = process.memoryUsage.rss() / MEBIBYTE;
  const cpuBefore = process.cpuUsage();
  const sources = createDynamoSourceDayStore({ call, tableName: BASELINES_TABLE });
  const { snapshot } = await publishSnapshot(baselines, references, sources, { send: async () => {} }, () => work.now);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    cpuSeconds: (user + system) / 1e6,
    peakMebibytes: peakMemoryBytes() / MEBIBYTE,
    mebibytesBefore,
    readUnits: table.readUnits(),
    snapshotBytes: encodeSnapshot(snapshot).length,
  };
}

const DEVICE = ATTRIBUTES.indexOf('device');

/** Where the hashes of habitual machines stand in a stored baseline, each behind its attribute's number. */
function placesOfMachines(bytes: Uint8Array): readonly number[] {
  const machines = decodeBaseline(bytes).habits.categories.filter(({ attribute }) => attribute === DEVICE);
  return machines.map(({ hash }) => {
    const written = Buffer.alloc(5, DEVICE);
    written.writeUInt32LE(hash, 1);
    // Today's machines stand before the habitual ones.
    return Buffer.from(bytes.buffer).lastIndexOf(written) + 1;
  });
}

/** Scans in segments, each page where the one before ended. */
function endlessTable({ employees, baselines }: FoldWork) {
  const templates = baselines.map(([actorId, encoded]) => {
    const bytes = new Uint8Array(Buffer.from(encoded, 'base64'));
    return { actorId, bytes, machines: placesOfMachines(bytes) };
  });
  const itemAt = (index: number) => {
    const template = templates[index % templates.length];
    if (!template) throw new Error('there are no baselines to fold');
    const copy = Math.floor(index / templates.length);
    // From Node's pool, as what is read from the wire.
    const bytes = Buffer.from(template.bytes);
    // Each copy of somebody has machines of its own: they are most of a company's values.
    for (const place of template.machines) bytes.writeUInt32LE((bytes.readUInt32LE(place) + copy) >>> 0, place);
    return {
      pk: { S: `${EMPLOYEE_PREFIX}${template.actorId}-${copy}` },
      b: { B: bytes },
      v: { N: '812' },
      u: { N: '1763892930123' },
    };
  };
  const reached = new Map<number, number>();
  let units = 0;
  return {
    readUnits: () => units,
    scan: ({ Segment = 0, TotalSegments = 1, Limit = employees, ExclusiveStartKey }: ScanCommandInput) => {
      const end = Math.floor((employees * (Segment + 1)) / TotalSegments);
      const from = ExclusiveStartKey
        ? (reached.get(Segment) ?? end)
        : Math.floor((employees * Segment) / TotalSegments);
      const to = Math.min(end, from + Limit);
      reached.set(Segment, to);
      const items = Array.from({ length: to - from }, (_, i) => itemAt(from + i));
      units += readUnits(items.reduce((bytes, item) => bytes + sizeOfItem(item), 0)) / 2;
      const last = items.at(-1);
      return {
        Items: items,
        ScannedCount: items.length,
        ...(to < end && last ? { LastEvaluatedKey: { pk: last.pk } } : {}),
      };
    },
  };
}

const [file = ''] = process.argv.slice(2);
if (import.meta.main) console.log(JSON.stringify(await foldOnce(JSON.parse(readFileSync(file, 'utf8')))));
