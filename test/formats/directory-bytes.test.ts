import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDirectory, directoryGeneration, encodeDirectory } from '../../shared/formats/directory-bytes.ts';
import type { DirectoryRow } from '../../shared/model/directory.ts';

const rows = fc.uniqueArray(
  fc.record<DirectoryRow>({
    employeeId: fc.string({ maxLength: 3 }),
    type: fc.constantFrom('employee', 'service'),
    homeCountry: fc.constantFrom('US', 'CN'),
    team: fc.string({ unit: 'grapheme' }),
    timeZone: fc.constantFrom('UTC', 'Asia/Shanghai'),
    effectiveFrom: fc.integer(),
    extra: fc.dictionary(fc.string(), fc.string()),
  }),
  { selector: ({ employeeId, effectiveFrom }) => `${effectiveFrom} ${employeeId}` },
);

/** What version 1 wrote for one row; it must be readable for ever. */
const VERSION_1 =
  'eNotjr0KwjAAhN/l5oh2aW02KQguLoKD4hDqtQmYpCTxJ5S+u0S87eO+g5sRe02rzgzReAdZCQT/jpDXGbTTw2fycIcEVxUEUp5Y4N9AQHvLzj9dChkS3bFIVBYSgX3MsbCx' +
  'vHhXhrto1PqklRu1MhDgMLBP5sV98Bayaup2WzX1pkSAnxQU5AyrnBoZfjdaLMtt+QIuYDvT';

describe('a stored directory', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const back = decodeDirectory(encodeDirectory(some));
        expect(new Set(back)).toEqual(new Set(some));
      }),
    );
  });

  it('has the same bytes and name in whatever order rows and extra columns come', () => {
    const reversed = (some: readonly DirectoryRow[]) =>
      [...some].reverse().map((row) => ({ ...row, extra: Object.fromEntries(Object.entries(row.extra).reverse()) }));
    fc.assert(
      fc.property(rows, (some) => {
        const [one, other] = [encodeDirectory(some), encodeDirectory(reversed(some))];
        expect(other).toEqual(one);
        expect(directoryGeneration(other)).toBe(directoryGeneration(one));
      }),
    );
  });

  it('has another name when anything changes', () => {
    const row: DirectoryRow = {
      employeeId: 'e-1',
      type: 'employee',
      homeCountry: 'CN',
      team: 'recsys',
      timeZone: 'Asia/Shanghai',
      effectiveFrom: 0,
      extra: {},
    };
    const changed = [
      {},
      { team: 'ads' },
      { homeCountry: 'SG' },
      { timeZone: 'UTC' },
      { effectiveFrom: 1 },
      { extra: { a: 'b' } },
      { type: 'service' as const },
    ];
    const names = changed.map((change) => directoryGeneration(encodeDirectory([{ ...row, ...change }])));
    expect(new Set(names).size).toBe(changed.length);
    expect(names[0]).toMatch(/^directory#[0-9a-f]{32}$/);
  });

  it('of version 1 is readable', () => {
    expect(decodeDirectory(Buffer.from(VERSION_1, 'base64'))).toEqual([
      {
        employeeId: 'e-1',
        type: 'employee',
        homeCountry: 'CN',
        team: 'recsys',
        timeZone: 'Asia/Shanghai',
        effectiveFrom: 1769817600000,
        extra: { manager: 'e-9' },
      },
    ]);
  });

  it('that is damaged is refused', () => {
    const bytes = encodeDirectory([]).slice(0, -3);
    expect(() => decodeDirectory(bytes)).toThrow('a stored directory is damaged');
  });

  it('of an unknown version is refused by name', () => {
    expect(() => decodeDirectory(deflateSync('{"schemaVersion":2,"rows":[]}'))).toThrow('schemaVersion 2, not 1');
  });
});
