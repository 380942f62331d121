import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A source whose bytes can't be had, now or ever; the message says why. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

export interface InflationLimits {
  /** Bytes that come out at most. */
  readonly bytes: number;
  /** Bytes that come out of one that goes in, at most; looked at once a good deal came out. */
  readonly ratio: number;
}

/** Logs shrink ten- to thirtyfold. A bomb is made of nothing else than what shrinks a thousandfold. */
export const MAXIMUM_RATIO = 200;
/** Small files may be anything. */
const RATIO_FROM_BYTES = 16 * 1_048_576;

/**
 * The bytes of a source, out of gzip where they are in it, whatever the source is called. It holds a chunk at a time. What is
 * packed twice stays packed once.
 *
 * @throws UnreadableSource where a .gz is cut off or damaged, and where it grows beyond the limits; what came before was yielded
 */
export async function* inflate(source: AsyncIterable<Uint8Array>, limits: InflationLimits): AsyncGenerator<Uint8Array> {
  let read = 0;
  let inflated = 0;
  const { head, whole } = await peek(source, (bytes) => {
    read += bytes;
  });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const plain = Readable.from(whole, { objectMode: false });
  const bytes = isGzip ? unzipped(plain) : plain;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      inflated += chunk.length;
      if (inflated > limits.bytes) throw new UnreadableSource(`more than ${limits.bytes} bytes`);
      if (isGzip && inflated > RATIO_FROM_BYTES && inflated > limits.ratio * read)
        throw new UnreadableSource(`more than ${limits.ratio} bytes out of one: a zip bomb`);
      yield chunk;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'Z_BUF_ERROR') throw new UnreadableSource('the gzip data are cut off', { cause: error });
    if (code.startsWith('Z_')) throw new UnreadableSource('the gzip data are damaged', { cause: error });
    throw error;
  } finally {
    plain.destroy();
    bytes.destroy();
  }
}

function unzipped(plain: Readable): Readable {
  const gunzip = createGunzip();
  plain.on('error', (error) => gunzip.destroy(error));
  return plain.pipe(gunzip);
}

/** Looks at the first two bytes, and gives the source back as if nobody had. */
async function peek(source: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  const iterator = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  let done = false;
  while (head.length < 2 && !done) {
    const next = await iterator.next();
    done = next.done ?? false;
    if (!next.done) {
      count(next.value.length);
      head = Buffer.concat([head, next.value]);
    }
  }
  async function* whole() {
    if (head.length > 0) yield head;
    try {
      while (!done) {
        const next = await iterator.next();
        if (next.done) return;
        count(next.value.length);
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, whole: whole() };
}
