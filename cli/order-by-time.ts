import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate } from 'node:timers/promises';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { writeOrFail } from './quarantine-file.ts';

/** What has a place in time. */
export type TimedReading = Extract<RecordReading, { kind: 'event' | 'sign-in' }>;

/** Files hold an hour each; one that is too large to be sorted in memory is split by minutes, and those by seconds. */
const [HOUR_MS, ...FINER_MS] = [3_600_000, 60_000, 1_000] as const;
/** A tenth of a million accesses or so, and a few hundred megabytes once they are objects. */
const SORTED_BYTES = 32 << 20;
/** After so many readings the event loop has a turn, without which an interrupt would not be heard. */
const READINGS_A_TURN = 1_000;
/** So many characters wait for their files before they are written. */
const WAITING_CHARACTERS = 8 << 20;

/** Puts readings of many files in order of time, whatever order they come in, with a small part of them in memory. */
export interface TimeOrder {
  readonly add: (reading: TimedReading) => void;
  readonly inOrder: () => AsyncGenerator<TimedReading>;
  /** Removes the folder, as an interrupt does that comes before. */
  readonly close: () => void;
}

/**
 * @param folder made anew and removed at the end: it holds accesses as they are, subjects included
 * @param sortedBytes of one file are sorted in memory at most, except within one second
 * @throws CommandFailure from `add` and `inOrder` when it can't be written
 */
export function openTimeOrder(folder: string, sortedBytes = SORTED_BYTES): TimeOrder {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  remove();
  const interrupts = onInterrupt(remove);
  const hours = openSlices(folder, HOUR_MS);
  return {
    add: (reading) => hours.add(timeOf(reading), JSON.stringify(reading)),
    inOrder: async function* () {
      let readings = 0;
      for (const file of hours.inOrder())
        for (const reading of sorted(file, FINER_MS, sortedBytes)) {
          yield reading;
          if (++readings % READINGS_A_TURN === 0) await setImmediate();
        }
    },
    close: () => {
      interrupts.ignore();
      remove();
    },
  };
}

/** Cleans up before an interrupt ends the process, which it does all the same. */
function onInterrupt(cleanUp: () => void): { readonly ignore: () => void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const ignore = () => {
    for (const signal of signals) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals) => {
    ignore();
    cleanUp();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, end);
  return { ignore };
}

function* sorted(file: string, finerMs: readonly number[], sortedBytes: number): Generator<TimedReading> {
  const [unitMs, ...rest] = finerMs;
  if (unitMs === undefined || statSync(file).size <= sortedBytes) {
    const readings = readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): TimedReading => JSON.parse(line));
    // Who signs in and reads within the same moment signed in first; all else keeps the order in which it was read.
    yield* readings.sort(
      (a, b) => timeOf(a) - timeOf(b) || Number(b.kind === 'sign-in') - Number(a.kind === 'sign-in'),
    );
    return;
  }
  const slices = openSlices(`${file}.parts`, unitMs);
  for (const line of linesOf(file)) slices.add(timeOf(JSON.parse(line)), line);
  for (const part of slices.inOrder()) yield* sorted(part, rest, sortedBytes);
}

/** Lines in files by the unit of time that they belong to, each in the order in which it was added. */
function openSlices(folder: string, unitMs: number) {
  writeOrFail(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const known = new Set<number>();
  let waiting = new Map<number, string[]>();
  let characters = 0;
  const fileOf = (slice: number) => join(folder, `${slice}.ndjson`);
  const flush = () => {
    for (const [slice, lines] of waiting)
      writeOrFail(fileOf(slice), () => appendFileSync(fileOf(slice), lines.join(''), { mode: 0o600 }));
    waiting = new Map();
    characters = 0;
  };
  return {
    add: (time: number, line: string) => {
      const slice = Math.floor(time / unitMs);
      known.add(slice);
      const lines = waiting.get(slice);
      if (lines) lines.push(`${line}\n`);
      else waiting.set(slice, [`${line}\n`]);
      characters += line.length;
      if (characters > WAITING_CHARACTERS) flush();
    },
    /** @returns the files, the earliest first */
    inOrder: (): readonly string[] => {
      flush();
      return [...known].sort((a, b) => a - b).map(fileOf);
    },
  };
}

const CHUNK_BYTES = 1 << 20;

/** The lines of a file, all of which end in a line break. */
function* linesOf(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let bytes = readSync(descriptor, chunk); bytes > 0; bytes = readSync(descriptor, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, bytes))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(descriptor);
  }
}

const timeOf = (reading: TimedReading): number => (reading.kind === 'event' ? reading.time : reading.value.time);
