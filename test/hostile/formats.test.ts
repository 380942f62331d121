import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERRORS_KEPT, parseDirectoryCsv } from '../../shared/formats/directory-csv.ts';
import { readRecord } from '../../shared/formats/read-records.ts';
import type { RecordReading } from '../../shared/formats/record-reading.ts';
import type { SourceContext } from '../../shared/formats/source-format.ts';
import { parseAccessEvent, parseAccessEventText } from '../../shared/model/access-event.ts';
import { NO_ACTORS } from '../../shared/model/actors.ts';
import { lookUpNetwork, parseNetworks } from '../../shared/model/networks.ts';
import { NO_RESOURCES, parseResources, type ResourceMap } from '../../shared/model/resources.ts';
import { parseSettings, SETTING_DEFINITIONS } from '../../shared/model/settings.ts';
import { decodeSettings } from '../../shared/stores/settings-value.ts';
import { fullAccessEvent } from '../factories/an-access-event.ts';
import { hostileValue, mutated, nested, pollution, torn } from './hostile-values.ts';

const CLOUDTRAIL = fileURLToPath(
  new URL('../fixtures/cloudtrail-s3/ec2_proxy_s3_exfiltration_2020-09-14011940.json', import.meta.url),
);
const trail: readonly unknown[] = readFileSync(CLOUDTRAIL, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const dataEvents = trail.filter((record) => JSON.stringify(record).includes('"s3.amazonaws.com"'));
const events = [fullAccessEvent()];

const resources = parseResources([{ match: { s3: { bucket: 'b' } }, dataset: 'd', region: 'US' }]);
if (!resources.ok) throw new Error(resources.errors.join());

const contextOf = (map: ResourceMap): SourceContext => ({
  resources: map,
  actors: NO_ACTORS,
  unmapped: 'unknown-region',
});

/** An answer in few words, and an event that is one: whatever came in, what goes on is no larger than it and is valid. */
function expectReading(value: unknown): void {
  for (const reading of readRecord(value, contextOf(resources.ok ? resources.resources : NO_RESOURCES)))
    expectOne(value, reading);
  expect(pollution()).toEqual([]);
}

function expectOne(value: unknown, reading: RecordReading): void {
  if (reading.kind === 'invalid') {
    expect(reading.reason.length).toBeGreaterThan(0);
    expect(reading.reason.length).toBeLessThanOrEqual(200);
  }
  if (reading.kind === 'event') {
    // As text, which knows no negative zero.
    const written = JSON.parse(JSON.stringify(reading.value));
    expect(parseAccessEvent(written)).toEqual({ ok: true, event: written, time: reading.time });
    expect(JSON.stringify(reading.value).length).toBeLessThanOrEqual(JSON.stringify(value).length + 500);
    expect(JSON.stringify(reading.value).isWellFormed()).toBe(true);
  }
}

describe('records that were tampered with', () => {
  it.each([
    ['access events', events],
    ['CloudTrail’s data events', dataEvents],
    ['CloudTrail’s management events', trail],
  ])('have an answer: %s', (_, records) => {
    expect(records.length).toBeGreaterThan(0);
    fc.assert(fc.property(mutated(records), expectReading), { numRuns: 200 });
  });

  it('have an answer as torn text', () => {
    const lines = fc.constantFrom(...[...events, ...dataEvents].map((record) => JSON.stringify(record)));
    fc.assert(
      fc.property(torn(lines), (line) => {
        const parsed = parseAccessEventText(line);
        if (!parsed.ok) expect(parsed.reason.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 200 },
    );
  });

  it('of two fields with one name have the later one, as in any JSON', () => {
    const line = JSON.stringify(fullAccessEvent()).replace('{', '{"outcome":"denied","id":7,');
    expect(parseAccessEventText(line)).toMatchObject({ ok: true, event: { outcome: 'allowed', id: 'ev-1k2' } });
  });

  it.each([
    ['a megabyte of text', 'x'.repeat(1 << 20)],
    ['ten thousand entries', Array.from({ length: 10_000 }, (_, i) => i)],
    ['ten thousand keys', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]))],
    ['deep nesting', nested(3_000)],
  ])('have an answer with %s in every field', (_, value) => {
    for (const record of [fullAccessEvent(), dataEvents[0]]) {
      for (const key of Object.keys(Object(record))) {
        for (const reading of readRecord({ ...Object(record), [key]: value }))
          if (reading.kind === 'invalid') expect(reading.reason.length).toBeLessThanOrEqual(200);
      }
    }
  });
});

describe('files that were tampered with', () => {
  const csv =
    'employeeId,type,homeCountry,team,timeZone,effectiveFrom,name\n' +
    'e-1,employee,CN,recsys,Asia/Shanghai,2026-01-01,"Li, Wei"\n' +
    'e-1,employee,SG,recsys,Asia/Singapore,2026-06-01,"Li ""W"" Wei"\r\n' +
    's-1,service,US,data,UTC,2026-01-01T09:00:00Z,\n';

  it('as a directory are accepted or named by line, never half', () => {
    fc.assert(
      fc.property(fc.oneof(torn(torn(fc.constant(csv))), fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        const result = parseDirectoryCsv(text);
        if (result.ok) expect(result.rows.length).toBeLessThanOrEqual(text.split('\n').length);
        else {
          expect(result.errors.length).toBeGreaterThan(0);
          expect(result.errors.length).toBeLessThanOrEqual(ERRORS_KEPT);
          for (const { line, reason } of result.errors) {
            expect(line).toBeLessThanOrEqual(text.split('\n').length + 1);
            expect(reason.length).toBeLessThan(1_000);
          }
        }
        expect(pollution()).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('as networks are accepted or named by entry', () => {
    const networks = [
      { cidr: '10.0.0.0/8', label: 'vpn', kind: 'vpn', country: 'US' },
      { cidr: '2001:db8::/32', label: 'office', kind: 'office', country: 'CN' },
    ];
    fc.assert(
      fc.property(mutated([networks]), fc.string({ unit: 'binary', maxLength: 50 }), (value, ip) => {
        const result = parseNetworks(value);
        if (result.ok) lookUpNetwork(result.networks, ip);
        else for (const error of result.errors) expect(error.length).toBeLessThan(400);
      }),
      { numRuns: 150 },
    );
  });

  it('as resources are accepted or named by entry', () => {
    const entry = {
      match: { s3: { bucket: 'b', prefix: 'p/' } },
      dataset: 'd',
      dataClass: 'c',
      store: 's',
      region: 'US',
    };
    fc.assert(
      fc.property(mutated([[entry]]), (value) => {
        const result = parseResources(value);
        if (!result.ok) for (const error of result.errors) expect(error.length).toBeLessThan(400);
        if (result.ok) readRecord(dataEvents[0], contextOf(result.resources));
      }),
      { numRuns: 150 },
    );
  });

  it('as settings leave what is good in force, and can be read again', () => {
    const names = fc.constantFrom(...SETTING_DEFINITIONS.map(({ name }) => name), '__proto__', 'constructor', 'x');
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      hostileValue.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
      fc.constantFrom('none', 'true', '2', 'US,CN', 'US,UK', 'low'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, texts), { maxLength: 8 }), (entries) => {
        const { accepted, errors, settings } = parseSettings(Object.fromEntries(entries));
        for (const { value, reason } of errors) expect(value.length + reason.length).toBeLessThan(400);
        const again = decodeSettings(new TextEncoder().encode(JSON.stringify(accepted)));
        expect(again).toMatchObject({ settings, errors: [] });
        expect(pollution()).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
