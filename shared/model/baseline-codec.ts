import {
  BASELINE_SCHEMA_VERSION,
  type Baseline,
  type Borrowed,
  type CategoryUse,
  type Day,
  type DayMaxima,
  type Episode,
  type Fence,
  MOST_COUNTED,
  NO_VERDICTS,
  type OtherSubject,
  type Pace,
  STORED_BASELINE_VERSIONS,
  type StoredBaselineVersion,
  type TopSubject,
  WRITTEN_BASELINE_VERSION,
} from './baseline.ts';
import {
  type ByteReader,
  type ByteWriter,
  begin,
  byteReader,
  byteWriter,
  readBigUint,
  readByte,
  readByteList,
  readCount,
  readFloat32,
  readHex,
  readList,
  readSigned,
  readText,
  readUint32,
  readUint32List,
  writeBigUint,
  writeByte,
  writeByteList,
  writeCount,
  writeFloat32,
  writeHex,
  writeList,
  writeSigned,
  writeText,
  writeUint32,
  writeUint32List,
  written,
} from './byte-stream.ts';
import { CASE_OUTCOMES } from './case.ts';
import { readEvidence, writeEvidence } from './evidence-codec.ts';
import { readHabits, writeHabits } from './habits-codec.ts';
import { SEVERITIES } from './settings.ts';

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

function encoded(baseline: Baseline, version: StoredBaselineVersion): ByteWriter {
  const w = begin(scratch);
  const today = baseline.day.day;
  writeByte(w, version);
  writeCount(w, baseline.version);
  writeCount(w, baseline.updatedAt);
  writeSigned(w, today);
  writeSigned(w, today - baseline.firstDay);
  writeUint32(w, baseline.peerGroup);
  writeSigned(w, today - baseline.peerGroupDay);
  writeList(w, baseline.fences, writeFence);
  writeUint32List(w, baseline.recent);
  const { sitting } = baseline;
  writeCount(w, sitting.start);
  writeSigned(w, sitting.last - sitting.start);
  writeCount(w, sitting.reads);
  writeCount(w, sitting.subjects);
  writeCount(w, sitting.protectedReads);
  writeCount(w, sitting.protectedSubjects);
  writeCount(w, sitting.unapproved);
  writeUint32List(w, sitting.linkedSubjects);
  writeCount(w, sitting.pace ? 1 : 0);
  if (sitting.pace) writePace(w, sitting.pace, sitting.start);
  writeDay(w, baseline.day);
  writeCount(w, baseline.closedDays.length);
  for (const maxima of baseline.closedDays) writeMaxima(w, maxima, today);
  writeByteList(w, baseline.dailyReads);
  writeByteList(w, baseline.dailyOthers);
  writeHabits(w, baseline.habits, today);
  writeCount(w, baseline.topSubjects.length);
  for (const top of baseline.topSubjects) writeTopSubject(w, top, today);
  writeCount(w, baseline.refusals.last);
  writeCount(w, baseline.refusals.count);
  writeUint32List(w, baseline.refusals.doors);
  writeCount(w, baseline.refusals.strangeDoors);
  writeCount(w, baseline.place.time);
  writeText(w, baseline.place.country);
  writeUint32(w, baseline.place.device);
  writeList(w, baseline.episode ? [baseline.episode] : [], writeEpisode);
  writeEvidence(w, baseline.evidence, version);
  writeLaterFields(w, baseline);
  return w;
}

/** The stored form is newer than this release, or no form at all: nothing is known of what follows. */
export class UnknownBaselineVersion extends RangeError {}

/** @throws RangeError when the bytes are damaged, UnknownBaselineVersion when they are of a version that this release can't read */
export function decodeBaseline(bytes: Uint8Array): Baseline {
  const r = byteReader(bytes);
  const storedVersion = readVersion(r);
  const version = readCount(r);
  const updatedAt = readCount(r);
  const today = readSigned(r);
  const firstDay = today - readSigned(r);
  const peerGroup = readUint32(r);
  const peerGroupDay = today - readSigned(r);
  const fences = readList(r, readFence);
  const recent = readUint32List(r);
  const start = readCount(r);
  const sitting = {
    start,
    last: start + readSigned(r),
    reads: readCount(r),
    subjects: readCount(r),
    protectedReads: readCount(r),
    protectedSubjects: readCount(r),
    unapproved: readCount(r),
    linkedSubjects: readUint32List(r),
    pace: readList(r, (reader) => readPace(reader, start))[0],
  };
  const day = readDay(r, today);
  const stored = {
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
    closedDays: readList(r, (reader) => readMaxima(reader, today)),
    dailyReads: readByteList(r),
    dailyOthers: readByteList(r),
    habits: readHabits(r, today),
    topSubjects: readList(r, (reader) => readTopSubject(reader, today)),
    refusals: {
      last: readCount(r),
      count: readCount(r),
      doors: readUint32List(r),
      strangeDoors: readCount(r),
    },
    place: { time: readCount(r), country: readText(r), device: readUint32(r) },
    episode: readList(r, readEpisode)[0],
    evidence: readEvidence(r, storedVersion),
  } as const;
  const { outcome, verdicts, otherSubjects } = readLaterFields(r, today);
  return { ...stored, otherSubjects, episode: stored.episode && { ...stored.episode, ...outcome }, verdicts };
}

function readVersion(r: ByteReader): StoredBaselineVersion {
  const stored = readByte(r);
  const version = STORED_BASELINE_VERSIONS.find((known) => known === stored);
  if (version === undefined) throw new UnknownBaselineVersion(`baseline schema version ${stored} is unknown`);
  return version;
}

const SHARD_BYTES = 8;
const SEQUENCE_NUMBER_BYTES = 24;
export const FENCE_BYTES = SHARD_BYTES + SEQUENCE_NUMBER_BYTES;

function writeFence(w: ByteWriter, fence: Fence): void {
  writeHex(w, fence.shard);
  writeBigUint(w, fence.sequenceNumber, SEQUENCE_NUMBER_BYTES);
}

const readFence = (r: ByteReader): Fence => ({
  shard: readHex(r, SHARD_BYTES),
  sequenceNumber: readBigUint(r, SEQUENCE_NUMBER_BYTES),
});

function writePace(w: ByteWriter, pace: Pace, start: number): void {
  writeCount(w, pace.lookups);
  writeSigned(w, pace.last - start);
  writeFloat32(w, pace.meanLogGap);
  writeFloat32(w, pace.squaredLogGaps);
  writeCount(w, pace.adjacent);
  for (const word of [pace.successor, ...pace.seen]) writeUint32(w, word);
}

const readPace = (r: ByteReader, start: number): Pace => ({
  lookups: readCount(r),
  last: start + readSigned(r),
  meanLogGap: readFloat32(r),
  squaredLogGaps: readFloat32(r),
  adjacent: readCount(r),
  successor: readUint32(r),
  seen: [readUint32(r), readUint32(r)],
});

function writeDay(w: ByteWriter, day: Day): void {
  writeCount(w, day.sittings);
  writeCount(w, day.protectedSittings);
  writeCount(w, day.reads);
  writeCount(w, day.protectedReads);
  writeCount(w, day.protectedSubjects);
  writeCount(w, day.approvedReads);
  writeCount(w, day.hours);
  writeCount(w, day.weekday);
  writeCount(w, day.used.length);
  for (const use of day.used) {
    writeByte(w, use.attribute);
    writeUint32(w, use.hash);
    writeCount(w, use.reads);
    writeCount(w, use.unapproved);
  }
  writeList(w, day.borrowed ? [day.borrowed] : [], writeBorrowed);
  writeMaxima(w, day.maxima, day.day);
}

function readDay(r: ByteReader, today: number): Day {
  return {
    day: today,
    sittings: readCount(r),
    protectedSittings: readCount(r),
    reads: readCount(r),
    protectedReads: readCount(r),
    protectedSubjects: readCount(r),
    approvedReads: readCount(r),
    hours: readCount(r),
    weekday: readCount(r),
    used: readUsed(r),
    borrowed: readList(r, readBorrowed)[0],
    maxima: readMaxima(r, today),
  };
}

function readUsed(r: ByteReader): CategoryUse[] {
  const size = readCount(r);
  const used: CategoryUse[] = [];
  for (let i = 0; i < size; i++)
    used.push({ attribute: readByte(r), hash: readUint32(r), reads: readCount(r), unapproved: readCount(r) });
  return used;
}

function writeBorrowed(w: ByteWriter, borrowed: Borrowed): void {
  writeUint32(w, borrowed.device);
  writeText(w, borrowed.owner);
  writeCount(w, borrowed.days);
  writeCount(w, borrowed.users);
}

const readBorrowed = (r: ByteReader): Borrowed => ({
  device: readUint32(r),
  owner: readText(r),
  days: readCount(r),
  users: readCount(r),
});

function writeMaxima(w: ByteWriter, maxima: DayMaxima, today: number): void {
  writeSigned(w, today - maxima.day);
  writeByte(w, maxima.population * 2 + (maxima.settled ? 1 : 0));
  writeByteList(w, maxima.strengths);
  writeByte(w, maxima.evidence);
}

function readMaxima(r: ByteReader, today: number): DayMaxima {
  const day = today - readSigned(r);
  const flags = readByte(r);
  return {
    day,
    population: (flags >> 1) as DayMaxima['population'],
    settled: flags % 2 === 1,
    strengths: readByteList(r),
    evidence: readByte(r),
  };
}

function writeTopSubject(w: ByteWriter, top: TopSubject, today: number): void {
  writeHex(w, top.subject);
  writeByte(w, top.lookups);
  writeByte(w, top.days);
  writeSigned(w, today - top.lastDay);
}

const readTopSubject = (r: ByteReader, today: number): TopSubject => ({
  subject: readHex(r, 8),
  lookups: readByte(r),
  days: readByte(r),
  lastDay: today - readSigned(r),
});

function writeEpisode(w: ByteWriter, episode: Episode): void {
  writeHex(w, episode.alertId);
  writeCount(w, episode.openedAt);
  writeSigned(w, episode.lastEvidenceAt - episode.openedAt);
  writeSigned(w, episode.toldAt - episode.openedAt);
  writeCount(w, episode.revision);
  writeFloat32(w, episode.toldScore);
  writeByte(w, SEVERITIES.indexOf(episode.toldSeverity));
  for (const count of [episode.toldFamilies, episode.withApproval, episode.withoutApproval, episode.subjects])
    writeCount(w, count);
}

function readEpisode(r: ByteReader): Episode {
  const alertId = readHex(r, 8);
  const openedAt = readCount(r);
  const lastEvidenceAt = openedAt + readSigned(r);
  const toldAt = openedAt + readSigned(r);
  const revision = readCount(r);
  const toldScore = readFloat32(r);
  const toldSeverity = SEVERITIES[readByte(r)];
  if (!toldSeverity) throw new RangeError('stored state has an unknown severity');
  return {
    alertId,
    openedAt,
    lastEvidenceAt,
    toldAt,
    revision,
    toldScore,
    toldSeverity,
    toldFamilies: readCount(r),
    withApproval: readCount(r),
    withoutApproval: readCount(r),
    subjects: readCount(r),
  };
}

/** Bytes of another subject whose last day is less than 64 days before the running one. */
export const OTHER_SUBJECT_BYTES = 5;
const COUNTS = MOST_COUNTED + 1;

function writeOtherSubject(w: ByteWriter, other: OtherSubject, today: number): void {
  writeUint32(w, (other.mark * COUNTS + other.lookups) * COUNTS + other.days);
  writeSigned(w, today - other.lastDay);
}

function readOtherSubject(r: ByteReader, today: number): OtherSubject {
  const packed = readUint32(r);
  return {
    mark: Math.floor(packed / COUNTS ** 2),
    lookups: Math.floor(packed / COUNTS) % COUNTS,
    days: packed % COUNTS,
    lastDay: today - readSigned(r),
  };
}

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
  if (otherSubjects.length === 0) return;
  writeCount(w, otherSubjects.length);
  for (const other of otherSubjects) writeOtherSubject(w, other, day.day);
}

interface LaterFields extends Pick<Baseline, 'verdicts' | 'otherSubjects'> {
  readonly outcome: Pick<Episode, 'outcome'>;
}

function readLaterFields(r: ByteReader, today: number): LaterFields {
  const isOver = () => r.offset === r.bytes.length;
  if (isOver()) return { outcome: {}, verdicts: NO_VERDICTS, otherSubjects: [] };
  const code = readByte(r);
  const outcome = CASE_OUTCOMES[code - 1];
  if (code > 0 && !outcome) throw new RangeError('stored state has an unknown verdict');
  return {
    outcome: outcome ? { outcome } : {},
    verdicts: {
      settled: readList(r, (reader) => readHex(reader, 8)),
      confirmedUntil: readCount(r),
      waiting: isOver() ? [] : readUint32List(r),
    },
    otherSubjects: isOver() ? [] : readList(r, (reader) => readOtherSubject(reader, today)),
  };
}
