import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../shared/formats/csv.ts';

function textsOf(csv: string): readonly (readonly string[])[] {
  const result = parseCsv(csv);
  if (!result.ok) throw new Error(`${result.line}/${result.field}: ${result.reason}`);
  return result.records.map((record) => record.map(({ text }) => text));
}

describe('splitting CSV', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['\uFEFFa,b\n', [['a', 'b']]],
    ['\uFEFF"a",b\n', [['a', 'b']]],
    ['a,,\n', [['a', '', '']]],
    ['a,', [['a', '']]],
    [',\n', [['', '']]],
    ['"a, ""b""","line\r\nbreak"\n', [['a, "b"', 'line\r\nbreak']]],
    ['""\n', [['']]],
    ['"""",""', [['"', '']]],
    ['a\n\n\r\nb\n', [['a'], ['b']]],
    [' a , b \n', [[' a ', ' b ']]],
    ['', []],
    ['\uFEFF', []],
    ['\r\n\n', []],
  ])('%j', (csv, texts) => {
    expect(textsOf(csv)).toEqual(texts);
  });

  it('tells the line on which each field begins, after fields of several lines too', () => {
    const result = parseCsv('a,b\n"x\ny\r\nz",c\n\nd,e\n');
    expect(result.ok && result.records.map((record) => record.map(({ line }) => line))).toEqual([
      [1, 1],
      [2, 4],
      [6, 6],
    ]);
  });

  it.each([
    ['a,b\nc,"d', 2, 2, 'the quote is never closed'],
    ['a\n"b\n\nc', 2, 1, 'the quote is never closed'],
    ['a\n"b" c,d', 2, 1, 'text after the closing quote'],
    ['a\n"b"c"\n', 2, 1, 'text after the closing quote'],
    ['a\nb,c"d\n', 2, 2, '"\\"" in a field without quotes'],
    ['a\rb\r', 1, 1, '"\\r" in a field without quotes'],
    ['"x\ny"z', 2, 1, 'text after the closing quote'],
  ])('refuses %j at line %i, field %i: %s', (csv, line, field, reason) => {
    expect(parseCsv(csv)).toEqual({ ok: false, line, field, reason });
  });

  it('reads whatever a writer of RFC 4180 writes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', 'é', '\uFEFF'), maxLength: 6 });
    const quote = (text: string) => (/[",\r\n]|^\uFEFF|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        records,
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
        fc.boolean(),
        (all, newline, mark, closed) => {
          const csv = mark + all.map((record) => record.map(quote).join(',')).join(newline) + (closed ? newline : '');
          expect(textsOf(csv)).toEqual(all);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), (csv) => {
        expect(typeof parseCsv(csv).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});
