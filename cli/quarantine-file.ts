import { appendFileSync, rmSync } from 'node:fs';
import { cleanLine } from '../shared/notification/clean-text.ts';
import type { Line } from './read-lines.ts';
import { CommandFailure } from './usage-error.ts';

/** Errors named on the screen for one file; all of them are in the file beside it. */
const NAMED = 10;

/**
 * Writes lines that are no record into a file beside the input, whole but for those that are too long to be one, and names the
 * first of them on the screen.
 *
 * @param fresh whether to begin anew; otherwise what an earlier run wrote stays
 * @param say shows one line
 */
export function quarantineBeside(file: string, fresh: boolean, say: (message: string) => void) {
  const path = `${file}.quarantine.ndjson`;
  if (fresh) writeOrFail(path, () => rmSync(path, { force: true }));
  let count = 0;
  return {
    /** @throws CommandFailure when it can't be written: the line would be lost */
    add: (line: Line, reason: string): void => {
      const data = line.kind === 'line' ? line.text : Buffer.from(line.bytes).toString('base64');
      writeOrFail(path, () => appendFileSync(path, `${JSON.stringify({ line: line.number, reason, data })}\n`));
      if (++count <= NAMED) say(`${file}: line ${line.number}: ${cleanLine(reason)}`);
    },
    done: (): void => {
      if (count > 0) say(`${file}: ${count} invalid in all, in ${path}`);
    },
  };
}

/** @returns what `write` does @throws CommandFailure naming the file when it can't be written */
export function writeOrFail<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
