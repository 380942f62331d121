import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type Framing, framingOf, HEAD_BYTES, openDecoder, splitterOf } from '../shared/formats/file-framing.ts';
import type { RecordText } from '../shared/formats/record-text.ts';
import { readLines, TruncatedFile } from './read-lines.ts';
import { refuseBomb } from './unpacking-limit.ts';
import { CommandFailure } from './usage-error.ts';

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
  const plain = framing === 'json-lines' && path.endsWith('.gz') === (await isGzip(path));
  const texts = plain ? readLines(path, onBytes) : readTexts(path, framing, onBytes);
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
    if (!(error instanceof TruncatedFile)) throw error;
    throw new TruncatedFile(`${path} is cut off after line ${last}`, { cause: error });
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
    if (!(error instanceof TruncatedFile)) throw error;
  }
  return framingOf(Buffer.concat(parts).subarray(0, HEAD_BYTES));
}

async function* readBytes(path: string, onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  try {
    const gzip = await isGzip(path);
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    file.on('data', (chunk) => {
      packed += chunk.length;
      onBytes(packed);
    });
    if (!gzip) {
      for await (const chunk of file) yield chunk;
      return;
    }
    const unzip = file.pipe(createGunzip());
    file.on('error', (error) => unzip.destroy(error));
    try {
      for await (const chunk of unzip) {
        unpacked += chunk.length;
        refuseBomb(path, packed, unpacked);
        yield chunk;
      }
    } finally {
      file.destroy();
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'Z_BUF_ERROR') throw new TruncatedFile(`${path} is cut off`, { cause: error });
    const what = String(error.code).startsWith('Z_') ? 'is no gzip file' : 'cannot be read';
    throw new CommandFailure(`${path} ${what}: ${error.message}`, { cause: error });
  }
}

/** By its first two bytes (RFC 1952): logs are delivered packed under any name. */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
