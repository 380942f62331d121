import { isUtf8 } from 'node:buffer';
import { bytesOf, readBytes, readFailure } from './read-bytes.ts';

export { TruncatedFile } from './read-bytes.ts';

/** Kinesis takes no larger record; a longer line is nonsense, and must not fill the memory. */
export const MAXIMUM_LINE_BYTES = 1_048_576;
/** Of a line that is too long so much is shown. */
const SHOWN_BYTES = 1000;

export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  | { readonly kind: 'unreadable'; readonly number: number; readonly reason: string; readonly bytes: Uint8Array };

const NEWLINE = 10;

/**
 * The lines of a text file, plain or gzip: see `linesOf`.
 *
 * @param onBytes told how many bytes of the file were read so far, for progress
 * @throws TruncatedFile after the last whole line when a .gz is cut off
 * @throws CommandFailure naming the file when it can't be read or is no gzip
 */
export async function* readLines(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<readonly Line[]> {
  yield* wholeLines(readBytes(path, onBytes), path);
}

/**
 * The lines of a text that lies elsewhere than in a file, plain or gzip, without holding it. Empty lines are passed over.
 *
 * @param path what errors call it
 * @throws TruncatedFile after the last whole line when a gzip is cut off
 * @throws CommandFailure naming it when it can't be read or is no gzip
 */
export async function* linesOf(
  file: AsyncIterable<Buffer>,
  isGzip: boolean,
  path: string,
): AsyncGenerator<readonly Line[]> {
  yield* wholeLines(bytesOf(file, isGzip, path), path);
}

async function* wholeLines(text: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<readonly Line[]> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let number = 0;
  let dropping = false;
  const finish = (end: Uint8Array): Line | undefined => {
    const bytes = rest.length ? Buffer.concat([...rest, end]) : end;
    rest = [];
    restBytes = 0;
    number++;
    const tooLong = dropping || bytes.length > MAXIMUM_LINE_BYTES;
    dropping = false;
    if (tooLong) {
      const reason = `longer than ${MAXIMUM_LINE_BYTES} bytes`;
      return { kind: 'unreadable', number, reason, bytes: bytes.subarray(0, SHOWN_BYTES) };
    }
    if (!isUtf8(bytes)) return { kind: 'unreadable', number, reason: 'not UTF-8', bytes };
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').trim();
    return text === '' ? undefined : { kind: 'line', number, text };
  };
  try {
    for await (const chunk of text) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const line = finish(chunk.subarray(start, end));
        if (line) lines.push(line);
        start = end + 1;
      }
      const left = chunk.subarray(start);
      restBytes += left.length;
      if (restBytes > MAXIMUM_LINE_BYTES) {
        dropping = true;
        rest = [Uint8Array.from((rest[0] ?? left).subarray(0, SHOWN_BYTES))];
      } else if (left.length) rest.push(left);
      if (lines.length) yield lines;
    }
  } catch (error) {
    throw readFailure(path, number, error);
  }
  if (restBytes > 0) {
    const line = finish(new Uint8Array());
    if (line) yield [line];
  }
}
