import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { writeOrFail } from './quarantine-file.ts';

/** What has a place in time. */
export type TimedReading = Extract<RecordReading, { kind: 'event' | 'sign-in' }>;

const HOUR_MS = 3_600_000;
/** So many characters wait for their files before they are written. */
const WAITING_CHARACTERS = 8 << 20;

/** Puts readings of many files in order of time, whatever order they come in, with an hour of them in memory. */
export interface TimeOrder {
  readonly add: (reading: TimedReading) => void;
  readonly inOrder: () => Generator<TimedReading>;
  /** Removes the folder. */
  readonly close: () => void;
}

/**
 * @param folder made anew and removed at the end: it holds accesses as they are, subjects included
 * @throws CommandFailure from `add` and `inOrder` when it can't be written
 */
export function openTimeOrder(folder: string): TimeOrder {
  rmSync(folder, { recursive: true, force: true });
  writeOrFail(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const hours = new Set<number>();
  let waiting = new Map<number, string[]>();
  let characters = 0;
  const fileOf = (hour: number) => join(folder, `${hour}.ndjson`);
  const flush = () => {
    for (const [hour, lines] of waiting)
      writeOrFail(fileOf(hour), () => appendFileSync(fileOf(hour), lines.join(''), { mode: 0o600 }));
    waiting = new Map();
    characters = 0;
  };
  return {
    add: (reading) => {
      const hour = Math.floor(timeOf(reading) / HOUR_MS);
      const line = `${JSON.stringify(reading)}\n`;
      hours.add(hour);
      const lines = waiting.get(hour);
      if (lines) lines.push(line);
      else waiting.set(hour, [line]);
      characters += line.length;
      if (characters > WAITING_CHARACTERS) flush();
    },
    inOrder: function* () {
      flush();
      for (const hour of [...hours].sort((a, b) => a - b)) {
        const lines = readFileSync(fileOf(hour), 'utf8').split('\n').filter(Boolean);
        const readings = lines.map((line): TimedReading => JSON.parse(line));
        // Who signs in and reads within the same moment signed in first; all else keeps the order in which it was read.
        yield* readings.sort(
          (a, b) => timeOf(a) - timeOf(b) || Number(b.kind === 'sign-in') - Number(a.kind === 'sign-in'),
        );
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const timeOf = (reading: TimedReading): number => (reading.kind === 'event' ? reading.time : reading.value.time);
