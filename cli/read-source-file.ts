import { type Framing, framingOf, HEAD_BYTES, openDecoder, splitterOf } from '../shared/formats/file-framing.ts';
import type { RecordText } from '../shared/formats/record-text.ts';
import { readBytes, readFailure, TruncatedFile } from './read-bytes.ts';
import { readLines } from './read-lines.ts';

/** One record of a file, or what stands in the place of one; `number` is the line on which it begins. */
export type FileRecord =
  | { readonly kind: 'record'; readonly number: number; readonly text: string; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly number: number; readonly reason: string; readonly text: string };

/**
 * The records of a file in whatever framing, plain or gzip, without holding the file.
 *
 * @param onBytes told how many bytes of the file were read so far, for progress
 * @throws TruncatedFile after the last whole record when a gzip file is cut off
 * @throws CommandFailure naming the file when it can't be read, is no gzip or unpacks to absurd sizes
 */
export async function* readSourceFile(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<readonly FileRecord[]> {
  const framing = await framingOfFile(path);
  const decode = openDecoder(framing);
  const records = (texts: readonly RecordText[]) =>
    texts.flatMap((record): FileRecord[] => {
      const { number } = record;
      if (record.kind === 'unreadable') {
        const text = Buffer.from(record.bytes).toString('base64');
        return [{ kind: 'invalid', number, reason: record.reason, text }];
      }
      const decoded = decode(record);
      if (decoded.kind === 'header') return [];
      return [{ ...decoded, number, text: record.text }];
    });
  const texts = framing === 'json-lines' ? readLines(path, onBytes) : readTexts(path, framing, onBytes);
  for await (const some of texts) {
    const found = records(some);
    if (found.length > 0) yield found;
  }
}

async function* readTexts(
  path: string,
  framing: Framing,
  onBytes: (bytes: number) => void,
): AsyncGenerator<readonly RecordText[]> {
  const splitter = splitterOf(framing);
  let last = 0;
  try {
    for await (const chunk of readBytes(path, onBytes)) {
      const texts = splitter.push(chunk);
      last = texts.at(-1)?.number ?? last;
      if (texts.length > 0) yield texts;
    }
  } catch (error) {
    throw readFailure(path, last, error);
  }
  const texts = splitter.end();
  if (texts.length > 0) yield texts;
}

async function framingOfFile(path: string): Promise<Framing> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of readBytes(path)) {
      parts.push(chunk);
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (error) {
    // What was readable before tells; reading itself will say where it ends.
    const failure = readFailure(path, 0, error);
    if (!(failure instanceof TruncatedFile)) throw failure;
  }
  return framingOf(Buffer.concat(parts).subarray(0, HEAD_BYTES));
}
