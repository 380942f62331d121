import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseTimestamp } from '../../shared/model/timestamp.ts';

const schema = z.iso.datetime({ offset: true });
const expected = (text: string): number => (schema.safeParse(text).success ? Date.parse(text) : Number.NaN);

const digits = (length: number) => (value: number) => String(value).padStart(length, '0');
/** Every field mostly within its bounds, and often at them. */
const field = (length: number, least: number, most: number) =>
  fc
    .oneof(
      { weight: 9, arbitrary: fc.integer({ min: least, max: most }) },
      { weight: 1, arbitrary: fc.constantFrom(least - 1, most + 1) },
    )
    .map((value) => digits(length)(Math.max(0, value)));
const aTime = fc
  .tuple(
    fc.oneof(
      field(4, 1970, 2100),
      fc.constantFrom('0000', '0001', '0099', '0100', '1582', '1900', '1969', '2000', '9999'),
    ),
    field(2, 1, 12),
    fc.oneof(field(2, 1, 31), field(2, 28, 31)),
    field(2, 0, 23),
    field(2, 0, 59),
    field(2, 0, 59),
    fc.constantFrom('', '', '.000', '.001', '.123', '.987', '.999', '.1', '.12', '.9999999', '.'),
    fc.constantFrom('Z', 'Z', 'Z', '+00:00', '-08:00', '+05:45', '+24:00', 'z', ''),
  )
  .map(
    ([year, month, day, hour, minute, second, fraction, zone]) =>
      `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`,
  );
/** With one character that may be another, or none: what stands between two digits, before and beyond them in ASCII as well. */
const nearlyATime = fc
  .tuple(
    aTime,
    fc.nat(24),
    fc.constantFrom('', '0', '9', '/', ':', '-', '+', '.', 'T', 't', 'Z', ' ', '\u0660', '\ud83d'),
  )
  .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1));

describe('the time that a text is', () => {
  it('is what the pattern and Date.parse make of it, and none where the pattern has none', () => {
    fc.assert(
      fc.property(fc.oneof(aTime, nearlyATime, fc.string()), (text) => {
        expect(parseTimestamp(text)).toBe(expected(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is right on every day of four centuries', () => {
    const begin = Date.UTC(1800, 0, 1);
    for (let time = begin; time < Date.UTC(2200, 0, 1); time += 86_400_000 + 61_001) {
      expect(parseTimestamp(new Date(time).toISOString())).toBe(time);
      expect(parseTimestamp(new Date(time).toISOString().replace(/\.\d+/, ''))).toBe(Math.floor(time / 1_000) * 1_000);
    }
  });

  it.each(['2026-02-29T10:15:30Z', '2026-02-30T10:15:30.000Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z'])(
    '%s is none',
    (text) => {
      expect(parseTimestamp(text)).toBeNaN();
    },
  );
});
