import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framingOf, openDecoder, splitterOf } from '../../shared/formats/file-framing.ts';
import { MAXIMUM_RECORD_BYTES, type RecordText, type Splitter } from '../../shared/formats/record-text.ts';
import { splitJson } from '../../shared/formats/split-json.ts';
import { oneLineEach, quoteContinues, splitLines, tabContinues } from '../../shared/formats/split-lines.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** All records of a text that comes in chunks of so many bytes. */
function recordsOf(splitter: Splitter, text: string | Uint8Array, chunkBytes = 1 << 20): readonly RecordText[] {
  const all = typeof text === 'string' ? bytes(text) : text;
  const found: RecordText[] = [];
  for (let at = 0; at < all.length; at += chunkBytes) found.push(...splitter.push(all.subarray(at, at + chunkBytes)));
  return [...found, ...splitter.end()];
}
const told = (records: readonly RecordText[]) =>
  records.map((record) => [record.number, record.kind === 'line' ? record.text : record.reason]);

describe('telling how a file holds its records', () => {
  it.each([
    ['{"a":1}\n{"a":2}\n', 'json-lines'],
    ['  {"a":1}', 'json-lines'],
    ['{"a":{"b":\n1}}', 'json'],
    ['{\n  "a": 1\n}\n', 'json'],
    ['{"a":broken\n{"a":2}\n', 'json-lines'],
    ['{\n "a": [\n  {"b":1}\n ]\n}\n', 'json'],
    ['{"Records":[\n{"a":1}\n]}', 'json'],
    ['{"Records":[{"a":1}]}', 'json'],
    ['{"Records":[{"a":1},{"a', 'json'],
    ['[{"a":1}]', 'json'],
    ['[\n  {"a":1}]', 'json'],
    ['[]', 'json'],
    ['[4711] LOG:  AUDIT: SESSION,1', 'log'],
    ['2026-11-23 10:15:30.123 UTC [4711] alice@shop LOG:  AUDIT: SESSION,1,1,READ,SELECT', 'log'],
    ['2026-11-23 10:15:30.123 UTC,"alice","shop",4711,"10.0.0.1:50000"', 'csv-without-names'],
    ['QUERY_ID,USER_NAME\n1,2\n', 'csv'],
    ['"QUERY_ID","USER_NAME"\r\n1,2\r\n', 'csv'],
    ['eventJson\n"{}"\n', 'csv'],
    ['word\nword\n', 'log'],
    ['', 'log'],
  ])('%j is %s', (head, framing) => {
    expect(framingOf(bytes(head))).toBe(framing);
  });
});

describe('cutting lines', () => {
  it('numbers them as the file does, and passes over empty ones', () => {
    expect(told(recordsOf(splitLines(oneLineEach), 'one\r\n\n  \ntwo\nthree'))).toEqual([
      [1, 'one'],
      [4, 'two'],
      [5, 'three'],
    ]);
  });

  it('keeps a message together whose further lines begin with a tab', () => {
    expect(told(recordsOf(splitLines(tabContinues), 'a SELECT 1,\n\t2\n\n\t3\nb\n'))).toEqual([
      [1, 'a SELECT 1,\n\t2'],
      [3, '\n\t3'],
      [5, 'b'],
    ]);
  });

  it('keeps a record together whose quoted field has line breaks in it', () => {
    expect(told(recordsOf(splitLines(quoteContinues), 'a,"x\ny ""z""\n",1\nb,2\n'))).toEqual([
      [1, 'a,"x\ny ""z""\n",1'],
      [4, 'b,2'],
    ]);
  });

  it.each([3 * MAXIMUM_RECORD_BYTES, 20 * MAXIMUM_RECORD_BYTES])(
    'says that a line of %i bytes is too long, and goes on',
    (length) => {
      const records = recordsOf(splitLines(oneLineEach), `a\n${'x'.repeat(length)}\nb\n`, 65_536);
      expect(told(records)).toEqual([
        [1, 'a'],
        [2, `longer than ${MAXIMUM_RECORD_BYTES} bytes`],
        [3, 'b'],
      ]);
      expect(records[1]).toMatchObject({ bytes: { length: 1000 } });
    },
  );

  it('says which line is no UTF-8', () => {
    expect(told(recordsOf(splitLines(oneLineEach), Uint8Array.from([97, 10, 0xff, 10, 98])))).toEqual([
      [1, 'a'],
      [2, 'not UTF-8'],
      [3, 'b'],
    ]);
  });
});

describe('cutting JSON', () => {
  it.each([
    [
      '[{"a":1},\n{"a":[2,"]"]}]',
      [
        [1, '{"a":1}'],
        [2, '{"a":[2,"]"]}'],
      ],
    ],
    [
      '{"Records":[{"a":1},\n {"a":{"b":"}"}}],"x":[{"a":3}]}',
      [
        [1, '{"a":1}'],
        [2, '{"a":{"b":"}"}}'],
      ],
    ],
    [
      '{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}\n',
      [
        [1, '{"a":1}'],
        [2, '{"a":2}'],
      ],
    ],
    ['{ "Records" : [] }', []],
    [
      '{"a":[1],"b":"\\"}"}\n\n{\n"c":2}',
      [
        [1, '{"a":[1],"b":"\\"}"}'],
        [3, '{\n"c":2}'],
      ],
    ],
    ['{"Recordz":[{"a":1}]}', [[1, '{"Recordz":[{"a":1}]}']]],
    [
      '[{"a":1},{"a"',
      [
        [1, '{"a":1}'],
        [1, 'the text ends in the middle of its JSON'],
      ],
    ],
    [
      '{"Records":[{"a":1}',
      [
        [1, '{"a":1}'],
        [1, 'the text ends in the middle of its JSON'],
      ],
    ],
    [
      '{"a":1}\noops {"a":2}',
      [
        [1, '{"a":1}'],
        [2, 'not JSON from here on'],
      ],
    ],
    ['[]', []],
    ['', []],
  ])('%j', (text, expected) => {
    expect(told(recordsOf(splitJson(), text))).toEqual(expected);
  });

  it('says that an object is too long, and goes on', () => {
    const long = `{"a":"${'x'.repeat(2 * MAXIMUM_RECORD_BYTES)}"}`;
    expect(told(recordsOf(splitJson(), `{"Records":[${long},{"b":1}]}`, 65_536))).toEqual([
      [1, `longer than ${MAXIMUM_RECORD_BYTES} bytes`],
      [1, '{"b":1}'],
    ]);
  });

  it('finds the objects of any list, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 }),
        fc.constantFrom(undefined, 1, 2),
        fc.constantFrom('list', 'Records', 'behind'),
        fc.integer({ min: 1, max: 40 }),
        (objects, indent, form, chunkBytes) => {
          const value = form === 'Records' ? { Records: objects } : objects;
          const text =
            form === 'behind'
              ? objects.map((object) => JSON.stringify(object, null, indent)).join('\n')
              : JSON.stringify(value, null, indent);
          // An object whose first field is a list named Records is itself such a file.
          fc.pre(form !== 'behind' || !objects.some((object) => Array.isArray(object.Records)));
          const records = recordsOf(splitJson(), text, chunkBytes);
          expect(records.map((record) => record.kind === 'line' && JSON.parse(record.text))).toEqual(
            JSON.parse(JSON.stringify(objects)),
          );
        },
      ),
    );
  });
});

describe('cutting anything', () => {
  it.each(['json-lines', 'json', 'log', 'csv'] as const)(
    'into records of %s is the same however the bytes come',
    (framing) => {
      const piece = fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        '\\',
        ',',
        '\n',
        '\t',
        '\r\n',
        'a',
        'é',
        ':',
        '{"Records":[',
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (pieces, chunkBytes) => {
          const text = pieces.join('');
          expect(told(recordsOf(splitterOf(framing), text, chunkBytes))).toEqual(
            told(recordsOf(splitterOf(framing), text)),
          );
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('making records of texts', () => {
  const decode = (framing: Parameters<typeof openDecoder>[0], ...texts: readonly string[]) => {
    const decoder = openDecoder(framing);
    return texts.map((text) => decoder({ kind: 'line', number: 1, text }));
  };

  it('names the fields of CSV by its first line', () => {
    expect(decode('csv', 'A,B', '1,"x,y"', '1')).toEqual([
      { kind: 'header' },
      { kind: 'record', value: { A: '1', B: 'x,y' } },
      { kind: 'invalid', reason: '1 fields, but 2 columns' },
    ]);
  });

  it('takes objects out of a text log, and lines as they are', () => {
    expect(decode('log', 'a line', '{"a":1}', '{a')).toEqual([
      { kind: 'record', value: 'a line' },
      { kind: 'record', value: { a: 1 } },
      { kind: 'invalid', reason: expect.stringMatching(/^not JSON: /) },
    ]);
  });

  it.each(['json', 'json-lines', 'log'] as const)('makes none of what is nested too deep: %s', (framing) => {
    const text = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(decode(framing, text)).toEqual([{ kind: 'invalid', reason: 'nested more than 1000 levels deep' }]);
  });
});
