import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonValueBytes, splitJsonValues } from '../../shared/formats/json-values.ts';

const LIMIT = 10_000;
const textOf = ({ bytes }: JsonValueBytes) => new TextDecoder().decode(bytes);

/** @param cut how many bytes a chunk has */
function split(text: string, cut = 7, limit = LIMIT): JsonValueBytes[] {
  const bytes = new TextEncoder().encode(text);
  const splitter = splitJsonValues(limit);
  const found: JsonValueBytes[] = [];
  for (let at = 0; at < bytes.length; at += cut) found.push(...splitter.push(bytes.subarray(at, at + cut)));
  return [...found, ...splitter.end()];
}
const values = (text: string, cut?: number) =>
  split(text, cut).map((found) => (found.kind === 'value' ? JSON.parse(textOf(found)) : found.reason));

const anObject = fc.dictionary(fc.string(), fc.jsonValue());

describe('the objects in a stream of JSON', () => {
  it('are found in lines, in a row, in an array and in Records, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anObject, { maxLength: 6 }), fc.nat(30), fc.boolean(), (objects, cut, pretty) => {
        const texts = objects.map((object) => JSON.stringify(object, null, pretty ? 2 : undefined));
        const spellings = [
          texts.join('\n'),
          texts.join(''),
          `[${texts.join(',\n')}]`,
          ` {\n"Records" : [${texts.join(' , ')}], "more": [{"a":"]}"}], "last": {"b":1}}\n`,
        ];
        const expected = texts.map((text) => JSON.parse(text));
        for (const text of spellings) expect(values(text, cut + 1)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are found in several files put together', () => {
    expect(values('{"Records":[{"a":1}]}{"Records":[]}\n{"records":[{"a":2}],"x":1}{"a":3}')).toEqual([
      { a: 1 },
      { a: 2 },
      { a: 3 },
    ]);
  });

  it('may hold records of their own', () => {
    expect(values('{"id":1,"Records":[{"a":1}]}')).toEqual([{ id: 1, Records: [{ a: 1 }] }]);
  });

  it.each([
    ['a line that is no object', 'hello\n{"a":1}', ['no JSON object', { a: 1 }]],
    ['a number in an array', '[1,{"a":1}]', ['no JSON object', { a: 1 }]],
    ['a text that is not closed', '{"a":"b\n{"a":1}', ['a text that is not closed', { a: 1 }]],
    [
      'brackets that are not closed',
      '{"a":{"b":1}\n{"a":1}\n{"a":2}',
      ['brackets that are not closed', { a: 1 }, { a: 2 }],
    ],
    ['an end in the middle', '{"a":1}{"a"', [{ a: 1 }, 'cut off']],
    ['too many brackets', '{"a":1}}\n{"a":2}', [{ a: 1 }, 'no JSON object', { a: 2 }]],
    ['nothing', '', []],
  ])('are found again after %s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('are junk when too long, and never held whole', () => {
    const [long, next] = split(`{"a":"${'x'.repeat(50_000)}"}{"a":1}`, 4096);

    expect(long).toMatchObject({ kind: 'junk', reason: 'longer than 10000 bytes' });
    expect(long?.bytes.length).toBe(1000);
    expect(next).toMatchObject({ kind: 'value' });
  });

  it('give back no more than came, and throw at nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (bytes, cut) => {
        const splitter = splitJsonValues(LIMIT);
        const found: JsonValueBytes[] = [];
        for (let at = 0; at < bytes.length; at += cut) found.push(...splitter.push(bytes.subarray(at, at + cut)));
        found.push(...splitter.end());
        expect(found.reduce((sum, { bytes: { length } }) => sum + length, 0)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 500 },
    );
  });
});
