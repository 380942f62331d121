import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../shared/intake/inflate.ts';

const LIMITS = { bytes: 100 * 1_048_576, ratio: 200 };
const text = 'one access after the other\n'.repeat(200);

async function* chunksOf(bytes: Uint8Array, size = 1000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function inflated(source: AsyncIterable<Uint8Array>, limits = LIMITS): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflate(source, limits)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('bytes that may be packed', () => {
  it.each([1, 2, 3, 1000])('come out as they are, or unpacked, from chunks of %d', async (size) => {
    expect(await inflated(chunksOf(Buffer.from(text), size))).toBe(text);
    expect(await inflated(chunksOf(gzipSync(text), size))).toBe(text);
  });

  it.each(['', '{'])('may be as few as %j', async (few) => {
    expect(await inflated(chunksOf(Buffer.from(few)))).toBe(few);
  });

  it('may be several gzips one after the other', async () => {
    expect(await inflated(chunksOf(Buffer.concat([gzipSync('a'), gzipSync('b')])))).toBe('ab');
  });

  it('come as far as they can be read where the end is missing', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) % 251)));
    const seen: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of inflate(chunksOf(packed.subarray(0, packed.length - 100)), LIMITS)) seen.push(chunk);
    };

    await expect(read()).rejects.toThrow('the gzip data are cut off');
    expect(Buffer.concat(seen).length).toBeGreaterThan(0);
  });

  it('say so when they are damaged', async () => {
    const packed = gzipSync(text);
    packed.fill(0xff, 20, 60);

    await expect(inflated(chunksOf(packed))).rejects.toThrow('the gzip data are damaged');
  });

  it('stop at a limit', async () => {
    await expect(inflated(chunksOf(gzipSync(text)), { bytes: 1000, ratio: 200 })).rejects.toThrow(
      'more than 1000 bytes',
    );
  });

  it('stop when they are a bomb, long before it has gone off', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576));
    let seen = 0;
    const read = async () => {
      for await (const { length } of inflate(chunksOf(bomb), { bytes: 10 ** 12, ratio: 200 })) seen += length;
    };

    await expect(read()).rejects.toThrow('a zip bomb');
    expect(seen).toBeLessThan(17 * 1_048_576);
  });

  it('fail as their source does', async () => {
    async function* broken() {
      yield Buffer.from('one');
      throw new Error('connection lost');
    }

    await expect(inflated(broken())).rejects.toThrow('connection lost');
  });
});
