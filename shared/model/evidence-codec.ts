import type { Evidence, StoredBaselineVersion } from './baseline.ts';
import { type ByteReader, readByte, readCount, readSigned, readText } from './byte-reader.ts';
import {
  type ByteWriter,
  byteWriter,
  writeByte,
  writeCount,
  writeSigned,
  writeText,
  writeWhole,
} from './byte-writer.ts';

const ALLOWED = 1;
const APPROVED = 2;
const COUNTED = 4;

/**
 * The accesses that a baseline keeps as evidence. In version 1 every text stands where it belongs and the time is a text; in version 2
 * the time is a number, and a text that came before is named by its place among them: a sitting's accesses are much alike.
 */
export function writeEvidence(w: ByteWriter, events: readonly Evidence[], version: StoredBaselineVersion): void {
  writeCount(w, events.length);
  if (events.length === 0) return;
  const known = new Map<string, number>();
  let before = 0;
  for (const event of events) {
    writeByte(w, flagsOf(event));
    writeText(w, event.id);
    if (version === 1) {
      writeText(w, new Date(event.time).toISOString());
      for (const text of textsOf(event)) writeText(w, text);
    } else {
      writeSigned(w, event.time - before);
      before = event.time;
      for (const text of textsOf(event)) writeKnownText(w, text, known);
    }
    if (event.count !== undefined) writeCount(w, event.count);
  }
}

/** @throws RangeError when the bytes hold no evidence */
export function readEvidence(r: ByteReader, version: StoredBaselineVersion): Evidence[] {
  const size = readCount(r);
  const events: Evidence[] = [];
  const known: string[] = [];
  let before = 0;
  for (let i = 0; i < size; i++) {
    const flags = readByte(r);
    const id = readText(r);
    if (version !== 1) before += readSigned(r);
    const time = aTime(version === 1 ? Date.parse(readText(r)) : before);
    const text = version === 1 ? () => readText(r) : () => readKnownText(r, known);
    const [action, dataset, store, country] = [text(), text(), text(), text()];
    events.push({
      id,
      time,
      action,
      dataset,
      ...(store ? { store } : {}),
      ...(flags & COUNTED ? { count: readCount(r) } : {}),
      outcome: flags & ALLOWED ? 'allowed' : 'denied',
      ...(country ? { country } : {}),
      approved: (flags & APPROVED) !== 0,
    });
  }
  return events;
}

/** As far from 1970 as a time may be, in milliseconds (ECMA-262, time values). */
const FURTHEST = 8.64e15;

function aTime(time: number): number {
  if (!(Math.abs(time) <= FURTHEST)) throw new RangeError('stored evidence has a time that is none');
  return time;
}

const scratch = byteWriter();

/** How many bytes of a stored baseline evidence takes. */
export function evidenceBytes(events: readonly Evidence[], version: StoredBaselineVersion): number {
  return writeWhole(scratch, (w) => writeEvidence(w, events, version)).length;
}

const flagsOf = (event: Evidence): number =>
  (event.outcome === 'allowed' ? ALLOWED : 0) +
  (event.approved ? APPROVED : 0) +
  (event.count === undefined ? 0 : COUNTED);

const textsOf = ({ action, dataset, store = '', country = '' }: Evidence) => [action, dataset, store, country];

/** The place of a text among those before, or one place further and the text itself. */
function writeKnownText(w: ByteWriter, text: string, known: Map<string, number>): void {
  const place = known.get(text) ?? known.size;
  writeCount(w, place);
  if (place < known.size) return;
  known.set(text, place);
  writeText(w, text);
}

function readKnownText(r: ByteReader, known: string[]): string {
  const place = readCount(r);
  if (place === known.length) known.push(readText(r));
  const text = known[place];
  if (text === undefined) throw new RangeError('stored evidence names a text that it does not hold');
  return text;
}
