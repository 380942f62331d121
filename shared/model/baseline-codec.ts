import {
  BASELINE_SCHEMA_VERSION,
  type Baseline,
  type Episode,
  type Fence,
  NO_VERDICTS,
  type Refusals,
  STORED_BASELINE_VERSIONS,
  type StoredBaselineVersion,
  WRITTEN_BASELINE_VERSION,
} from './baseline.ts';
import {
  type ByteReader,
  byteReader,
  readBigUint,
  readByte,
  readByteList,
  readCount,
  readHex64,
  readList,
  readOptional,
  readSigned,
  readText,
  readUint32,
  readUint32List,
} from './byte-reader.ts';
import {
  type ByteWriter,
  byteWriter,
  writeBigUint,
  writeByte,
  writeByteList,
  writeCount,
  writeHex,
  writeList,
  writeLongUint32List,
  writeOptional,
  writeSigned,
  writeText,
  writeUint32,
  writeUint32List,
  writeWhole,
  writeWritten,
  written,
} from './byte-writer.ts';
import { CASE_OUTCOMES } from './case.ts';
import { readClosedDays, readDay, writeClosedDays, writeDay } from './day-codec.ts';
import { readEpisode, writeEpisode } from './episode-codec.ts';
import { readEvidence, writeEvidence } from './evidence-codec.ts';
import { readHabits, writeHabits } from './habits-codec.ts';
import { readSitting, writeSitting } from './sitting-codec.ts';
import { readOtherSubjects, readTopSubjects, writeOtherSubjects, writeTopSubjects } from './subject-codec.ts';

/**
 * The stored form of a baseline: fields in a fixed order, counts as varints, estimates as float32.
 * Days are stored relative to the running day, which is what keeps them to one byte.
 *
 * @param version of the stored form; the versions hold the same and differ in how
 * @throws RangeError when a number is none that can be stored
 */
export function encodeBaseline(
  baseline: Baseline,
  version: StoredBaselineVersion = WRITTEN_BASELINE_VERSION,
): Uint8Array {
  return written(encoded(baseline, version));
}

/** How many bytes that takes. @throws RangeError as above */
export const encodedBytes = (baseline: Baseline, version: StoredBaselineVersion = WRITTEN_BASELINE_VERSION): number =>
  encoded(baseline, version).length;

/** Begun anew for each baseline: a buffer costs as much as what is written to it. */
const scratch = byteWriter(2048);
/** What is in it: a baseline that was measured is mostly stored next. */
let scratched: { readonly baseline: Baseline; readonly version: StoredBaselineVersion } | undefined;

const isScratched = (baseline: Baseline, version: StoredBaselineVersion): boolean =>
  scratched?.baseline === baseline && scratched.version === version;

function encoded(baseline: Baseline, version: StoredBaselineVersion): ByteWriter {
  if (isScratched(baseline, version)) return scratch;
  // Nothing, should writing fail half-way.
  scratched = undefined;
  writeWhole(scratch, (w) => writeFields(w, baseline, version));
  scratched = { baseline, version };
  return scratch;
}

/** Writes a baseline in its stored form among other bytes: what has no room there is only counted. @throws RangeError when a number is none that can be stored */
export function writeBaseline(w: ByteWriter, baseline: Baseline, version: StoredBaselineVersion): void {
  if (isScratched(baseline, version)) writeWritten(w, scratch);
  else writeFields(w, baseline, version);
}

function writeFields(w: ByteWriter, baseline: Baseline, version: StoredBaselineVersion): void {
  const today = baseline.day.day;
  writeByte(w, version);
  writeCount(w, baseline.version);
  writeCount(w, baseline.updatedAt);
  writeSigned(w, today);
  writeSigned(w, today - baseline.firstDay);
  writeUint32(w, baseline.peerGroup);
  writeSigned(w, today - baseline.peerGroupDay);
  writeList(w, baseline.fences, writeFence);
  writeLongUint32List(w, baseline.recent);
  writeSitting(w, baseline.sitting);
  writeDay(w, baseline.day);
  writeClosedDays(w, baseline.closedDays, today);
  writeByteList(w, baseline.dailyReads);
  writeByteList(w, baseline.dailyOthers);
  writeHabits(w, baseline.habits, today);
  writeTopSubjects(w, baseline.topSubjects, today);
  writeRefusals(w, baseline.refusals);
  writeCount(w, baseline.place.time);
  writeText(w, baseline.place.country);
  writeUint32(w, baseline.place.device);
  writeOptional(w, baseline.episode, writeEpisode);
  writeEvidence(w, baseline.evidence, version);
  writeLaterFields(w, baseline);
}

/** The stored form is newer than this release, or no form at all: nothing is known of what follows. */
export class UnknownBaselineVersion extends RangeError {}

/** @throws RangeError when the bytes are damaged, UnknownBaselineVersion when they are of a version that this release can't read */
export const decodeBaseline = (bytes: Uint8Array): Baseline => readBaseline(byteReader(bytes));

/** Reads one from where the reader stands, among other bytes; nothing from where the reader ends. @throws as above */
export function readBaseline(r: ByteReader): Baseline {
  const storedVersion = readVersion(r);
  const version = readCount(r);
  const updatedAt = readCount(r);
  const today = readSigned(r);
  const firstDay = today - readSigned(r);
  const peerGroup = readUint32(r);
  const peerGroupDay = today - readSigned(r);
  const fences = readList(r, readFence);
  const recent = readUint32List(r);
  const sitting = readSitting(r);
  const day = readDay(r, today);
  const closedDays = readClosedDays(r, today);
  const dailyReads = readByteList(r);
  const dailyOthers = readByteList(r);
  const habits = readHabits(r, today);
  const topSubjects = readTopSubjects(r, today);
  const refusals = readRefusals(r);
  const place = { time: readCount(r), country: readText(r), device: readUint32(r) };
  const episode = readOptional(r, readEpisode);
  const evidence = readEvidence(r, storedVersion);
  const { outcome, verdicts, otherSubjects } = readLaterFields(r, today);
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    version,
    updatedAt,
    firstDay,
    peerGroup,
    peerGroupDay,
    fences,
    recent,
    sitting,
    day,
    closedDays,
    dailyReads,
    dailyOthers,
    habits,
    topSubjects,
    otherSubjects,
    refusals,
    place,
    episode: episode && { ...episode, ...outcome },
    evidence,
    verdicts,
  };
}

function readVersion(r: ByteReader): StoredBaselineVersion {
  const stored = readByte(r);
  if (!isStoredVersion(stored)) throw new UnknownBaselineVersion(`baseline schema version ${stored} is unknown`);
  return stored;
}

const isStoredVersion = (version: number): version is StoredBaselineVersion =>
  (STORED_BASELINE_VERSIONS as readonly number[]).includes(version);

const SHARD_BYTES = 8;
const SEQUENCE_NUMBER_BYTES = 24;
export const FENCE_BYTES = SHARD_BYTES + SEQUENCE_NUMBER_BYTES;

function writeFence(w: ByteWriter, fence: Fence): void {
  writeHex(w, fence.shard);
  writeBigUint(w, fence.sequenceNumber, SEQUENCE_NUMBER_BYTES);
}

const readFence = (r: ByteReader): Fence => ({
  shard: readHex64(r),
  sequenceNumber: readBigUint(r, SEQUENCE_NUMBER_BYTES),
});

function writeRefusals(w: ByteWriter, refusals: Refusals): void {
  writeCount(w, refusals.last);
  writeCount(w, refusals.count);
  writeUint32List(w, refusals.doors);
  writeCount(w, refusals.strangeDoors);
}

const readRefusals = (r: ByteReader): Refusals => ({
  last: readCount(r),
  count: readCount(r),
  doors: readUint32List(r),
  strangeDoors: readCount(r),
});

/**
 * What was added since version 2 stands at the end, and only where there is any: hardly anybody has verdicts. A release that doesn't know it
 * stops reading before it, so the version stays the same.
 */
function writeLaterFields(w: ByteWriter, { episode, verdicts, otherSubjects, day }: Baseline): void {
  const { settled, confirmedUntil, waiting } = verdicts;
  const judged = settled.length > 0 || confirmedUntil > 0 || waiting.length > 0 || episode?.outcome !== undefined;
  if (!judged && otherSubjects.length === 0) return;
  writeByte(w, episode?.outcome ? CASE_OUTCOMES.indexOf(episode.outcome) + 1 : 0);
  writeList(w, settled, writeHex);
  writeCount(w, confirmedUntil);
  writeUint32List(w, waiting);
  if (otherSubjects.length > 0) writeOtherSubjects(w, otherSubjects, day.day);
}

const isOver = (r: ByteReader): boolean => r.offset === r.end;

interface LaterFields extends Pick<Baseline, 'verdicts' | 'otherSubjects'> {
  readonly outcome: Pick<Episode, 'outcome'>;
}

function readLaterFields(r: ByteReader, today: number): LaterFields {
  if (isOver(r)) return { outcome: {}, verdicts: NO_VERDICTS, otherSubjects: [] };
  const code = readByte(r);
  const outcome = CASE_OUTCOMES[code - 1];
  if (code > 0 && !outcome) throw new RangeError('stored state has an unknown verdict');
  return {
    outcome: outcome ? { outcome } : {},
    verdicts: {
      settled: readList(r, readHex64),
      confirmedUntil: readCount(r),
      waiting: isOver(r) ? [] : readUint32List(r),
    },
    otherSubjects: isOver(r) ? [] : readOtherSubjects(r, today),
  };
}
