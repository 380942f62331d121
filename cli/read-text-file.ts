import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { CommandFailure } from './usage-error.ts';

/** @throws CommandFailure naming the file and why it can't be read whole */
export function readTextFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new CommandFailure(`${file}: cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  // Names would be read with replacement characters, and nobody would notice.
  if (!isUtf8(bytes)) throw new CommandFailure(`${file}: not UTF-8`);
  // Other than a buffer's toString, it passes over a byte order mark, with which some editors begin a file.
  return new TextDecoder().decode(bytes);
}

/** @throws CommandFailure naming the file and why it can't be read whole */
export function readJson(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailure(`${file}: not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
