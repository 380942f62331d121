import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { withoutByteOrderMark } from '../shared/formats/byte-order-mark.ts';
import { refuseBomb } from './unpacking-limit.ts';
import { CommandFailure } from './usage-error.ts';

/** A file that ends in the middle, as a cut-off .gz does: everything before was read. */
export class TruncatedFile extends CommandFailure {
  override readonly name = 'TruncatedFile';
}

/** What can be read of something that may be cut off. @param onCutOff told where that is */
export async function* untilCutOff<Item>(
  items: AsyncIterable<Item>,
  onCutOff: (file: TruncatedFile) => void,
): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof TruncatedFile)) throw error;
    onCutOff(error);
  }
}

/** Of a .gz so much is unpacked at a time: a thousand times as much, at worst, is in memory. */
const PACKED_BYTES = 1 << 16;

/**
 * The bytes of a file, unpacked where it is gzip and without a byte order mark, without holding it.
 *
 * @param onBytes told how many bytes of the file were read so far, for progress
 * @throws CommandFailure where it unpacks to absurd sizes; else the stream's error, which `readFailure` puts into words
 */
export async function* readBytes(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const isPacked = await isGzip(path);
  const file = createReadStream(path, { highWaterMark: isPacked ? PACKED_BYTES : 1 << 20 });
  yield* withoutByteOrderMark(bytesOf(file, isPacked, path, onBytes));
}

/**
 * The bytes of what lies elsewhere than in a file, unpacked where it is gzip, without holding it.
 *
 * @param path what errors call it @param onBytes told how many bytes of it were read so far
 * @throws as `readBytes` does
 */
export async function* bytesOf(
  stream: AsyncIterable<Buffer>,
  isPacked: boolean,
  path: string,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  let read = 0;
  const file = counted(stream, (all) => {
    read = all;
    onBytes(all);
  });
  if (!isPacked) return yield* file;
  let bytes = 0;
  for await (const chunk of unpacked(file)) {
    bytes += chunk.length;
    refuseBomb(path, read, bytes);
    yield chunk;
  }
}

/**
 * What ended a file early, in words.
 *
 * @param line the last one that was whole
 * @returns TruncatedFile where it is cut off, CommandFailure where it can't be read; any other error as it is
 */
export function readFailure(path: string, line: number, error: unknown): unknown {
  if (error instanceof CommandFailure || !(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'Z_BUF_ERROR') return new TruncatedFile(`${path} is cut off after line ${line}`, { cause: error });
  const what = String(error.code).startsWith('Z_') ? `is no gzip file after line ${line}` : 'cannot be read';
  return new CommandFailure(`${path} ${what}: ${error.message}`, { cause: error });
}

/** By its name, or its first two bytes (RFC 1952): logs are delivered packed under any name. */
async function isGzip(path: string): Promise<boolean> {
  if (path.endsWith('.gz')) return true;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* counted(file: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of file) {
    read += chunk.length;
    onBytes(read);
    yield chunk;
  }
}

/**
 * What is packed in a .gz, whole up to where it is cut off or broken. Reading from the gunzip stream itself would lose that:
 * at an error a stream throws away what its reader did not fetch yet, which is more the slower the reader is.
 *
 * @throws the stream's error, after everything that could be unpacked
 */
async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  let ready: Buffer[] = [];
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk));
  const ended = finished(gunzip).then(
    () => undefined,
    (error: unknown) => error,
  );
  const taken = function* () {
    const chunks = ready;
    ready = [];
    yield* chunks;
  };
  try {
    for await (const chunk of packed) {
      // A stream that fails forgets to call back.
      await Promise.race([new Promise((resolve) => gunzip.write(chunk, resolve)), ended]);
      yield* taken();
      if (gunzip.destroyed) break;
    }
    gunzip.end();
    const error = await ended;
    yield* taken();
    if (error !== undefined) throw error;
  } finally {
    gunzip.destroy();
  }
}
