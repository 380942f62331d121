import fc from 'fast-check';
import { HOSTILE_TEXT } from '../notification/hostile-alert.ts';

/** A value inside so many lists and objects. */
export function nested(depth: number): unknown {
  let value: unknown = 'core';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** Texts and numbers that parsers, stores, terminals and pages are known to trip over. */
const TROUBLE: readonly unknown[] = [
  ...[
    null,
    true,
    [],
    {},
    [[]],
    '',
    ' ',
    '\u0000',
    '\uD83D',
    '\uDC00x',
    '\uFFFE',
    '\uFEFF',
    '\u202E',
    '\u001b[2J',
    HOSTILE_TEXT,
  ],
  ...[
    0,
    -0,
    -1,
    0.5,
    1e308,
    5e-324,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    '12',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '+275760-09-13T00:00:00.000Z',
    '9999-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
  ],
  ...[
    'x'.repeat(257),
    '漢'.repeat(256),
    '語'.repeat(512),
    '10.0.0.0/8',
    '::ffff:1.2.3.4',
    '%',
    '%zz',
    'arn:',
    'UK',
    'ZZ',
    'unknown',
  ],
];

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TROUBLE) },
  { weight: 2, arbitrary: fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map(nested) },
);

/** Names that are special to JavaScript, and one that is to nobody. */
const EXTRA_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'extra'] as const;

type Container = Record<string, unknown>;
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Every place in a record: the object or list, and the key in it. */
function placesIn(value: unknown, places: (readonly [Container, string])[] = []) {
  if (!isContainer(value)) return places;
  for (const key of Object.keys(value)) {
    places.push([value, key]);
    placesIn(value[key], places);
  }
  return places;
}

interface Mutation {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'wrap' | 'add';
  readonly key: (typeof EXTRA_KEYS)[number];
  readonly value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'wrap', 'add'),
  key: fc.constantFrom(...EXTRA_KEYS),
  value: hostileValue,
});

/** A real record with up to three of its fields replaced, removed, wrapped or joined by others. */
export const mutated = (records: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...records), fc.array(mutation, { maxLength: 3 })).map(([record, mutations]) => {
    const copy: unknown = JSON.parse(JSON.stringify(record));
    for (const { at, kind, key, value } of mutations) {
      const places = placesIn(copy);
      const [container, name] = places[at % Math.max(places.length, 1)] ?? [];
      if (!container || name === undefined) continue;
      const set = (field: string, to: unknown) =>
        Object.defineProperty(container, field, { value: to, enumerable: true, configurable: true, writable: true });
      if (kind === 'replace') set(name, value);
      else if (kind === 'wrap') set(name, [container[name]]);
      else if (kind === 'add' && !Array.isArray(container)) set(key, value);
      else if (kind === 'remove' && !Array.isArray(container)) Reflect.deleteProperty(container, name);
    }
    return copy;
  });

/** Text with a piece cut out, doubled or overwritten, as a broken producer or a torn file leaves it. */
export const torn = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat(40),
      fc.constantFrom('cut', 'end', 'double', 'noise'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    .map(([whole, at, length, kind, noise]) => {
      const from = at % (whole.length + 1);
      const piece = whole.slice(from, from + length);
      if (kind === 'end') return whole.slice(0, from);
      if (kind === 'cut') return whole.slice(0, from) + whole.slice(from + length);
      return whole.slice(0, from) + (kind === 'double' ? piece + piece : noise) + whole.slice(from + length);
    });

/** What pollution of the prototypes would leave behind. */
export const pollution = (): readonly string[] => [
  ...Object.keys(Object.prototype),
  ...Object.keys(Array.prototype),
  ...['polluted', 'a', 'extra'].filter((name) => Reflect.get({}, name) !== undefined),
];
