import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_LINE_BYTES, readLines, TruncatedFile } from '../../cli/read-lines.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();

/** Lines that don't shrink much, so that a file of them is read in several parts. */
const text = Array.from({ length: 20_000 }, (_, i) => `{"line":${i + 1},"x":"${Math.sin(i).toString(36)}"}\n`).join('');
const packed = gzipSync(text);

/** Everything that can be read, and what ended it. */
async function readAll(path: string, pauseMs?: number) {
  const lines: string[] = [];
  try {
    for await (const some of readLines(path)) {
      for (const line of some) lines.push(line.kind === 'line' ? line.text : line.reason);
      if (pauseMs !== undefined) await sleep(pauseMs);
    }
    return { lines };
  } catch (error) {
    return { lines, error };
  }
}

describe('the lines of a file', () => {
  it.each([
    ['plain', 'events.ndjson', text],
    ['packed', 'events.ndjson.gz', packed],
    [
      'packed in two parts',
      'events.ndjson.gz',
      Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))]),
    ],
  ])('are all there, %s', async (_, name, content) => {
    const path = await folder.write(name, content);

    expect(await readAll(path)).toEqual({ lines: text.split('\n').slice(0, -1) });
  });

  it.each([0.001, 0.3, 0.5, 0.9, 0.9999])(
    'come up to the cut, however slow the reader, at %d of a .gz',
    async (share) => {
      const path = await folder.write('cut.gz', packed.subarray(0, Math.floor(packed.length * share)));

      const fast = await readAll(path);
      const slow = await readAll(path, 3);

      expect(fast.error).toBeInstanceOf(TruncatedFile);
      expect(String(fast.error)).toContain(`is cut off after line ${fast.lines.length}`);
      expect(slow.lines.length).toBe(fast.lines.length);
      expect(slow).toEqual(fast);
      // Lines are of one size, give or take a little: nothing that was whole is missing.
      expect(fast.lines.length).toBeGreaterThan(20_000 * share - 300);
    },
  );

  it('end before the line in which the .gz is cut off', async () => {
    const path = await folder.write('cut.gz', gzipSync('{"a":1}\n{"b":2}\n{"c":').subarray(0, -8));

    expect((await readAll(path)).lines).toEqual(['{"a":1}', '{"b":2}']);
  });

  it.each([
    ['what is no gzip', 'x'.repeat(100), 'is no gzip file after line 0'],
    ['a .gz that is broken in the middle', broken(), 'is no gzip file after line '],
  ])('fail by name in %s, after what could be read', async (_, content, message) => {
    const { error } = await readAll(await folder.write('broken.gz', content));

    expect(error).toBeInstanceOf(CommandFailure);
    expect(String(error)).toContain(message);
  });

  it('fail by name in a file that is not there', async () => {
    expect(String((await readAll(folder.path('none.gz'))).error)).toContain('cannot be read');
    expect(String((await readAll(folder.path('none'))).error)).toContain('cannot be read');
  });

  it('are numbered, empty ones too, and unreadable ones are shown', async () => {
    const tooLong = 'x'.repeat(MAXIMUM_LINE_BYTES + 1);
    const path = await folder.write(
      'odd',
      Buffer.concat([Buffer.from(`one\n\n${tooLong}\nfour\n`), Buffer.from([0xff, 10]), Buffer.from('six')]),
    );

    const seen = [];
    for await (const lines of readLines(path))
      seen.push(...lines.map((line) => [line.number, line.kind === 'line' ? line.text : line.reason]));

    expect(seen).toEqual([
      [1, 'one'],
      [3, `longer than ${MAXIMUM_LINE_BYTES} bytes`],
      [4, 'four'],
      [5, 'not UTF-8'],
      [6, 'six'],
    ]);
  });
});

function broken(): Uint8Array {
  const bytes = Buffer.from(packed);
  return bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 100);
}
