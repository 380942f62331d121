import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, FORMATS, formatOf } from '../../shared/formats/formats.ts';
import { toOcsf } from '../../shared/formats/ocsf-own.ts';
import { MAXIMUM_LEVELS } from '../../shared/formats/record-json.ts';
import type { RecordReading } from '../../shared/formats/record-reading.ts';
import { openSignInJoin, openSourceReader } from '../../shared/formats/source-reader.ts';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { nested } from '../hostile/hostile-values.ts';
import { fixtureContext, fixtureRecords } from './fixture-records.ts';

const CONTEXT = fixtureContext('unknown-region');
const RECORDS = new Map(
  await Promise.all(FORMAT_NAMES.map(async (name) => [name, await fixtureRecords(name)] as const)),
);
const recordsOf = (name: string) => RECORDS.get(name) ?? [];

function readAll(records: readonly unknown[], context = CONTEXT): readonly RecordReading[] {
  const reader = openSourceReader(context);
  const join = openSignInJoin();
  return [...records.flatMap((record) => reader.take(record)), ...reader.finish()].map(join);
}
/** Who, from where, what, which data set, of whom, how many and how much, allowed or not; why not, where it is no access. */
const told = (readings: readonly RecordReading[]) =>
  readings.map((reading) => {
    if (reading.kind !== 'event') return reading.kind === 'not-concerned' ? reading.why : reading;
    const { id, actor, network, action, resource, subjects, bytes, outcome } = reading.value;
    const who = `${actor.id}${actor.type === 'service' ? ' (service)' : ''}`;
    const much = `${subjects.count ?? '-'} ${bytes ?? '-'}`;
    // An id made of a record's own text has no look that a test could write down.
    return `${id.replace(/^postgres-[0-9a-f]{16}$/, 'postgres-#')}: ${who} ${network?.ip ?? '-'} ${action} ${resource.dataset} ${subjects.region} ${much} ${outcome}`;
  });

describe('what the fixtures mean', () => {
  it.each([
    ['access-event', ['own-1: e-00042 36.110.4.7 read user.profile US 1 - allowed']],
    [
      'cloudtrail',
      [
        'c1000000-0000-4000-8000-000000000001: e-00042 36.110.4.7 read user.exports US - 4096 allowed',
        'c1000000-0000-4000-8000-000000000002: e-00042 36.110.4.7 read user.exports US - - denied',
        'management-event',
        'c1000000-0000-4000-8000-000000000004: e-00042 36.110.4.7 read user.profile US - - allowed',
        'c1000000-0000-4000-8000-000000000005: e-00042 36.110.4.7 query user.profile US - - allowed',
        'c1000000-0000-4000-8000-000000000006: e-00042 36.110.4.7 read s3:logs unknown - 4096 allowed',
      ],
    ],
    [
      'ocsf',
      [
        'o-1: e-00042 36.110.4.7 query crm.customers US - 2048 allowed',
        'o-2: e-00042 36.110.4.7 read crm.customers US - - denied',
        'o-3: arn:aws:iam::111122223333:user/batch (service) 192.0.2.10 search s3:exports unknown - - allowed',
        'other-service',
      ],
    ],
    [
      'snowflake',
      [
        'management-event',
        'context',
        'context',
        'context',
        'context',
        '01b-1: e-00042 36.110.4.7 query user.contact US 250 52000 allowed',
        '01b-9: e-00042 36.110.4.7 query snowflake:PROD.PUBLIC unknown - - denied',
        '01b-2/0: e-00042 36.110.4.7 query user.profile US - - allowed',
        '01b-2/1: e-00042 36.110.4.7 query snowflake:PROD.PUBLIC.ORDERS unknown - - allowed',
      ],
    ],
    [
      'postgres',
      [
        '6562a1b0.1268/7: e-00042 36.110.4.7 query user.profile US - - allowed',
        '6562a1b0.1268/8: e-00042 36.110.4.7 query shop US - - denied',
        '6562a1b0.1269/3: e-00042 36.110.4.7 delete user.profile US - - allowed',
        'postgres-#: e-00042 36.110.4.7 query postgres:public.users unknown 12 - allowed',
        'postgres-#: e-00042 36.110.4.7 query postgres:payments unknown - - denied',
        'management-event',
        'postgres-#: e-00042 36.110.4.7 query user.profile US - - allowed',
        'postgres-#: e-00042 36.110.4.7 export user.profile US - - allowed',
        'management-event',
      ],
    ],
    [
      'teleport',
      [
        'context',
        'context',
        't-2: e-00042 36.110.4.7 query shop US - - allowed',
        'management-event',
        't-4: bot-reports (service) - query shop US - - allowed',
        't-5: e-00042 36.110.4.7 query shop US - - denied',
        't-6: e-00042 36.110.4.7 query user.profile US - - allowed',
      ],
    ],
    [
      'bigquery',
      [
        'b-1: e-00042 36.110.4.7 query user.lake US - - allowed',
        'b-2: etl@lake.iam.gserviceaccount.com (service) - export user.lake US - - allowed',
        'b-3: e-00042 36.110.4.7 query user.lake US - - denied',
        'management-event',
      ],
    ],
    [
      'databricks',
      [
        'r-1/generateTemporaryTableCredential: e-00042 36.110.4.7 query user.lakehouse US - - allowed',
        'management-event',
        'r-3/generateTemporaryTableCredential: e-00042 36.110.4.7 query user.lakehouse US - - denied',
        'r-6/generateTemporaryTableCredentials: partner-acme (service) 198.51.100.20 export user.lakehouse US - - allowed',
        'ev-4: 3d1a7c0e-1111-4222-8333-444455556666 (service) 36.110.4.7 update user.lakehouse US - - allowed',
        'ev-5: e-00042 36.110.4.7 export databricks:workspace.7474644 unknown - - allowed',
      ],
    ],
    ['okta', ['context', 'context', 'context']],
  ])('%s', (name, expected) => {
    // Logins first, as in order of time: files come by name.
    const records = [...recordsOf(name)].sort((a, b) => Number(isLogin(b)) - Number(isLogin(a)));
    expect([...told(readAll(records))].sort()).toEqual([...expected].sort());
  });

  it('Okta’s place and device reach an access elsewhere that has none', () => {
    const [access] = recordsOf('snowflake');
    const [, ...rest] = told(readAll([...recordsOf('okta'), access]));
    expect(rest).toContain('01b-1: e-00042 36.110.4.8 query user.contact US - - allowed');
  });

  it('tell what never came', () => {
    const unjoined = readAll([...recordsOf('snowflake'), ...recordsOf('teleport')]).flatMap((reading) =>
      reading.kind === 'event' && reading.unjoined ? [`${reading.value.id} ${reading.unjoined}`] : [],
    );
    expect(unjoined.sort()).toEqual(['01b-2/0 query', '01b-2/1 query', 't-4 session', 't-6 session']);
  });
});

const isLogin = (record: unknown) => typeof record === 'object' && record !== null && 'IS_SUCCESS' in record;

describe('every format', () => {
  it.each(FORMAT_NAMES)('%s recognises its own records, and no other does', (name) => {
    expect(recordsOf(name).map((record) => formatOf(record)?.name)).toEqual(recordsOf(name).map(() => name));
    for (const record of recordsOf(name))
      expect(FORMATS.filter(({ recognises }) => recognises(record)).map((format) => format.name)).toEqual([name]);
  });

  it.each(FORMAT_NAMES)('%s gives an access the same id when it is delivered again', (name) => {
    const again = structuredClone(recordsOf(name));
    expect(readAll(again)).toEqual(readAll(recordsOf(name)));
  });

  it.each(FORMAT_NAMES)('%s throws at nothing that JSON can hold', (name) => {
    const format = FORMATS.find((each) => each.name === name) ?? FORMATS[0];
    const item = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant({ toString: 1 }));
    // As long as a row of csvlog: lists that are made of any JSON are shorter.
    const row = fc.array(item, { minLength: 23, maxLength: 31 });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), row), (value) => {
        expect([true, false]).toContain(format?.recognises(value));
        const { readings, state } = format?.read(value, format.start(), CONTEXT) ?? { readings: [], state: undefined };
        expectSound([...readings, ...(format?.flush(state, CONTEXT) ?? [])]);
      }),
    );
  });

  it.each(FORMAT_NAMES)(
    '%s reads damaged records as far as they go, and passes on nothing that is no access event',
    (name) => {
      const path = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 });
      const nasty = fc.oneof(
        fc.jsonValue(),
        fc.constantFrom(
          '',
          '\ud800',
          'x'.repeat(3000),
          -1,
          1e300,
          2 ** 60,
          '__proto__',
          '0000-01-01T00:00:00Z',
          '+275760-09-13',
          [],
        ),
      );
      fc.assert(
        fc.property(
          fc.shuffledSubarray([...recordsOf(name)], { minLength: 1 }),
          fc.array(fc.tuple(path, fc.option(nasty, { nil: undefined })), { minLength: 1, maxLength: 4 }),
          (records, changes) => {
            const damaged = records.map((record) =>
              changes.reduce<unknown>((value, [place, replacement]) => changed(value, place, replacement), record),
            );
            expectSound(readAll(damaged));
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it.each(FORMAT_NAMES)('%s throws at no field that is nested as deep as a record may be', (name) => {
    for (const record of recordsOf(name)) {
      for (const [place, field] of Object.values(Object(record)).entries()) {
        const places = [[place], ...Object.keys(Object(field)).map((_, inner) => [place, inner])];
        for (const path of places) expectSound(readAll([changed(record, path, nested(MAXIMUM_LEVELS - path.length))]));
      }
    }
  });

  it.each(FORMAT_NAMES)('%s by way of OCSF is the same access', (name) => {
    const events = readAll(recordsOf(name)).filter((reading) => reading.kind === 'event');
    for (const { value, time } of events) {
      const [reading] = readAll([structuredClone(toOcsf(value, time))]);
      expect(reading).toEqual({ kind: 'event', time, value: { ...value, time: new Date(time).toISOString() } });
    }
  });
});

function expectSound(readings: readonly RecordReading[]): void {
  const unsound = readings.filter((reading) => {
    if (reading.kind === 'invalid') return reading.reason.length > 300;
    if (reading.kind !== 'event') return false;
    const parsed = parseAccessEvent(reading.value);
    return !parsed.ok || parsed.time !== reading.time;
  });
  expect(unsound).toEqual([]);
}

/** The value with the field at a path of positions replaced (undefined: removed); a path that ends early replaces where it ends. */
function changed(value: unknown, [position, ...rest]: readonly number[], replacement: unknown): unknown {
  if (position === undefined || typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[position % Math.max(1, keys.length)];
  if (key === undefined) return replacement;
  const inner = changed((value as Record<string, unknown>)[key], rest, replacement);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? inner : item))
    : { ...value, [key]: inner };
}
