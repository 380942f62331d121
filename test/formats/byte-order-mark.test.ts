import { describe, expect, it } from 'vitest';
import { withoutByteOrderMark } from '../../shared/formats/byte-order-mark.ts';

/** What comes of a text in chunks of so many bytes. */
async function textOf(text: string, chunkBytes: number) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const found: Uint8Array[] = [];
  for await (const chunk of withoutByteOrderMark(chunks())) found.push(chunk);
  return Buffer.concat(found).toString();
}

describe('a byte order mark', () => {
  it.each([1, 2, 3, 4, 100])('is left out at the beginning alone, in chunks of %i bytes', async (chunkBytes) => {
    expect(await textOf('\ufeff{"a":"\ufeff"}\n', chunkBytes)).toBe('{"a":"\ufeff"}\n');
    expect(await textOf('{"a":1}', chunkBytes)).toBe('{"a":1}');
    for (const short of ['', 'a', 'ab', '\ufeff'])
      expect(await textOf(short, chunkBytes)).toBe(short.replace(/^\ufeff/, ''));
  });
});
