import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessEvent,
  accessEventHash,
  parseAccessEvent,
  parseAccessEventText,
} from '../../shared/model/access-event.ts';
import { anAccessEvent, fullAccessEvent } from '../factories/an-access-event.ts';

/** The event as a producer's JSON, with one field set, or removed where the value is undefined. */
function jsonWith(path: string, value: unknown): unknown {
  const event: unknown = structuredClone(fullAccessEvent());
  const keys = path.split('.');
  let parent: unknown = event;
  for (const key of keys.slice(0, -1)) parent = Reflect.get(Object(parent), key);
  if (value === undefined) Reflect.deleteProperty(Object(parent), keys.at(-1) ?? '');
  else Reflect.set(Object(parent), keys.at(-1) ?? '', value);
  return event;
}

function accepted(value: unknown): AccessEvent {
  const result = parseAccessEvent(value);
  if (!result.ok) throw new Error(result.reason);
  return result.event;
}

const REQUIRED = [
  'id',
  'time',
  'actor',
  'actor.id',
  'action',
  'resource',
  'resource.dataset',
  'subjects',
  'subjects.region',
  'outcome',
];
const OPTIONAL = [
  'source',
  'actor.type',
  'actor.onBehalfOf',
  'network',
  'network.ip',
  'network.country',
  'network.asn',
  'network.deviceId',
  'resource.dataClass',
  'resource.store',
  'subjects.count',
  'subjects.ids',
  'subjects.countBasis',
  'bytes',
  'approval',
  'approval.expires',
];

describe('parsing an access event', () => {
  it('takes every field of the contract as it came', () => {
    expect(accepted(structuredClone(fullAccessEvent()))).toEqual(fullAccessEvent());
  });

  it('takes an event that has no more than what is required, and takes its actor for an employee', () => {
    const least = OPTIONAL.filter((path) => !path.includes('.')).concat(OPTIONAL.filter((path) => path.includes('.')));
    const event: unknown = structuredClone(fullAccessEvent());
    for (const path of least) {
      const [first = '', second] = path.split('.');
      const parent = second === undefined ? event : Reflect.get(Object(event), first);
      if (parent) Reflect.deleteProperty(Object(parent), second ?? first);
    }

    expect(accepted(event)).toEqual({
      id: 'ev-1k2',
      time: fullAccessEvent().time,
      actor: { id: 'e-00042', type: 'employee' },
      action: 'read',
      resource: { dataset: 'user.profile' },
      subjects: { region: 'US' },
      outcome: 'allowed',
    });
  });

  it.each(REQUIRED)('refuses an event without %s, by name', (path) => {
    expect(parseAccessEvent(jsonWith(path, undefined))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(new RegExp(`^${path.replace('.', '\\.')}: `)),
    });
  });

  it.each(OPTIONAL)('does without %s', (path) => {
    expect(parseAccessEvent(jsonWith(path, undefined))).toMatchObject({ ok: true });
  });

  it.each([
    ['id', ''],
    ['id', 7],
    ['id', 'x'.repeat(257)],
    ['actor.id', ''],
    ['actor.type', 'robot'],
    ['actor.onBehalfOf', ''],
    ['network.ip', 36],
    ['network.country', 'china'],
    ['network.country', 'cn'],
    ['network.asn', -1],
    ['network.asn', 1.5],
    ['network.deviceId', ''],
    ['action', null],
    ['resource.dataset', 'x'.repeat(513)],
    ['resource.dataClass', ''],
    ['resource.store', 3],
    ['subjects.region', 'us'],
    ['subjects.region', 'EU27'],
    ['subjects.count', -1],
    ['subjects.count', 0.5],
    ['subjects.count', '12'],
    ['subjects.count', 1e300],
    ['subjects.ids', 'us-1'],
    ['subjects.countBasis', 'guessed'],
    ['bytes', -1],
    ['bytes', '1'],
    ['outcome', 'maybe'],
    ['approval.ticket', ''],
    ['approval.expires', 'tomorrow'],
  ])('refuses %s = %j, by name', (path, value) => {
    expect(parseAccessEvent(jsonWith(path, value))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(new RegExp(`^${path.replace('.', '\\.')}: `)),
    });
  });

  it.each([
    ['outcome', undefined, 'outcome: missing, allowed or denied is expected'],
    ['actor', undefined, 'actor: missing, an object is expected'],
    ['actor.id', '', 'actor.id: not a text of 1 to 256 characters'],
    ['subjects.count', 0.5, 'subjects.count: not a whole number from 0 on'],
    ['subjects.ids', 'us-1', 'subjects.ids: not a list'],
    ['subjects.ids', ['us-1', 7], 'subjects.ids.1: not a text of 1 to 512 characters'],
    ['subjects.region', 'EU', 'subjects.region: neither an ISO 3166 alpha-2 country such as US nor unknown'],
    [
      'subjects.region',
      'UK',
      'subjects.region: neither an ISO 3166 alpha-2 country such as US nor unknown; did you mean GB?',
    ],
    ['network.country', 'UK', 'network.country: not an ISO 3166 alpha-2 country such as US; did you mean GB?'],
    ['bytes', -1, 'bytes: not a number from 0 on'],
    ['time', '23 Nov', 'time: not an RFC 3339 time such as 2026-11-23T10:15:30Z'],
    ['approval', 'T-1', 'approval: not an object'],
  ])('of %s = %j it says what is expected', (path, value, reason) => {
    expect(parseAccessEvent(jsonWith(path, value))).toEqual({ ok: false, reason });
  });

  it.each(['XK', 'ZZ', 'XX', 'EU', 'AP'])('takes %s for a producer’s word on where somebody was', (country) => {
    expect(accepted(jsonWith('network.country', country)).network?.country).toBe(country);
  });

  it('replaces half a surrogate pair, which no store takes, in every text', () => {
    const half = 'a\uD83Db';
    expect(accepted(jsonWith('id', half)).id).toBe('a\uFFFDb');
    expect(accepted(jsonWith('subjects.ids', [half])).subjects.ids).toEqual(['a\uFFFDb']);
    expect(accepted(jsonWith('actor.onBehalfOf', '😀')).actor.onBehalfOf).toBe('😀');
  });

  it('takes a region that is not known, and no users at all', () => {
    expect(accepted(jsonWith('subjects.region', 'unknown')).subjects.region).toBe('unknown');
    expect(accepted(jsonWith('subjects.count', 0)).subjects.count).toBe(0);
  });

  it('leaves out what the contract doesn’t have, at every level', () => {
    const event = structuredClone(fullAccessEvent());
    const extended = {
      ...event,
      hostname: 'h',
      actor: { ...event.actor, name: 'N' },
      subjects: { ...event.subjects, phones: [1] },
    };
    expect(accepted(extended)).toEqual(fullAccessEvent());
  });

  it.each([null, undefined, 7, 'event', [], [1], true, {}])('refuses %j, which is no event', (value) => {
    expect(parseAccessEvent(value).ok).toBe(false);
  });
});

describe('the time of an access event', () => {
  it.each([
    ['2026-11-23T10:15:30.123Z', Date.UTC(2026, 10, 23, 10, 15, 30, 123)],
    ['2026-11-23T10:15:30Z', Date.UTC(2026, 10, 23, 10, 15, 30)],
    ['2026-11-23T10:15:30.123456789Z', Date.UTC(2026, 10, 23, 10, 15, 30, 123)],
    ['2026-11-23T10:15:30+05:30', Date.UTC(2026, 10, 23, 4, 45, 30)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('%s is %d', (time, expected) => {
    expect(parseAccessEvent(jsonWith('time', time))).toMatchObject({ ok: true, time: expected });
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T23:60:00Z',
    '2026-11-23T10:15:30',
    '2026-11-23',
    '23 Nov 2026 10:15:30 GMT',
    '0000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2026-11-23T10:15:30+99:99',
    '1795428930123',
    '',
    1795428930123,
  ])('%j is refused', (time) => {
    expect(parseAccessEvent(jsonWith('time', time))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^time: /),
    });
  });

  it('is a whole number of milliseconds that Date can hold, for any text that is taken', () => {
    const four = fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0'));
    const two = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
    fc.assert(
      fc.property(four, two, two, two, two, fc.constantFrom('Z', '+23:59', '-12:00'), (y, mo, d, h, mi, zone) => {
        const parsed = parseAccessEvent(jsonWith('time', `${y}-${mo}-${d}T${h}:${mi}:00${zone}`));
        if (parsed.ok) expect(Number.isInteger(new Date(parsed.time).getTime())).toBe(true);
      }),
    );
  });
});

describe('whatever a producer sends', () => {
  function expectAnswer(result: ReturnType<typeof parseAccessEvent>): void {
    const text = result.ok ? result.event.id : result.reason;
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(256);
  }

  it('any JSON has an answer', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => void expectAnswer(parseAccessEventText(text))));
  });

  it('any text has an answer, lone surrogates included', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expectAnswer(parseAccessEventText(text))));
  });

  it('any value in any field has an answer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REQUIRED, ...OPTIONAL),
        fc.jsonValue(),
        (path, value) => void expectAnswer(parseAccessEvent(jsonWith(path, value))),
      ),
    );
  });

  it.each([
    ['a megabyte of text', JSON.stringify(jsonWith('id', 'x'.repeat(1 << 20)))],
    ['a megabyte of text for a number', JSON.stringify(jsonWith('subjects.count', 'y'.repeat(1 << 20)))],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['deep nesting', `{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['deep nesting in an extra field', `{"extra":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`],
    ['a huge number', JSON.stringify(jsonWith('bytes', 'BYTES')).replace('"BYTES"', '1e400')],
    ['nothing', ''],
    ['two events', `${JSON.stringify(fullAccessEvent())}${JSON.stringify(fullAccessEvent())}`],
  ])('%s is refused', (_, text) => {
    const result = parseAccessEventText(text);
    expect(result.ok).toBe(false);
    expectAnswer(result);
  });

  it('keys that are special to JavaScript are extra fields like others', () => {
    const text = JSON.stringify(fullAccessEvent());
    const extended = text.replace(
      '{',
      '{"__proto__":{"outcome":"denied","polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    const result = parseAccessEventText(extended);

    expect(result).toMatchObject({ ok: true, event: { outcome: 'allowed' } });
    expect(Object.keys(Object(result.ok && result.event))).not.toContain('__proto__');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(parseAccessEventText(`{"__proto__":${text}}`).ok).toBe(false);
  });
});

describe('what tells one event from another', () => {
  const CHANGED: readonly (readonly [path: string, value: unknown])[] = [
    ['id', 'ev-1k3'],
    ['time', '2026-09-07T02:00:00.001Z'],
    ['source', 'lake'],
    ['actor.id', 'e-00043'],
    ['actor.type', 'service'],
    ['actor.onBehalfOf', 'e-00008'],
    ['network.ip', '36.110.4.8'],
    ['network.country', 'HK'],
    ['network.asn', 4848],
    ['network.deviceId', 'd-9f3b'],
    ['action', 'export'],
    ['resource.dataset', 'user.location'],
    ['resource.dataClass', 'precise-geolocation'],
    ['resource.store', 'sg-replica'],
    ['subjects.region', 'GB'],
    ['subjects.count', 3],
    ['subjects.ids', ['us-4f2', 'us-4f4']],
    ['subjects.countBasis', 'estimated'],
    ['bytes', 12_346],
    ['outcome', 'denied'],
    ['approval.ticket', 'T-1043'],
    ['approval.expires', '2027-01-01T00:00:00Z'],
  ];
  const hashOf = (value: unknown) => accessEventHash(accepted(value)).join();

  it('is every field of the contract, present or absent', () => {
    const removable = OPTIONAL.filter((path) => path !== 'actor.type');
    const variants = [
      fullAccessEvent(),
      ...CHANGED.map(([path, value]) => jsonWith(path, value)),
      ...removable.map((path) => jsonWith(path, undefined)),
    ];

    expect(new Set(variants.map(hashOf)).size).toBe(variants.length);
    const leaves = [...REQUIRED, ...OPTIONAL, 'approval.ticket'].filter(
      (path) => ![...REQUIRED, ...OPTIONAL].some((other) => other.startsWith(`${path}.`)),
    );
    expect(CHANGED.map(([path]) => path).sort()).toEqual(leaves.sort());
  });

  it('is neither an extra field nor the order of keys', () => {
    const event = fullAccessEvent();
    const reordered = Object.fromEntries(Object.entries(event).reverse());
    expect(hashOf({ ...reordered, hostname: 'h', actor: { name: 'N', ...event.actor } })).toBe(hashOf(event));
  });

  it('is not hidden by text that looks like a separator', () => {
    const idsOf = (...ids: string[]) => accessEventHash(anAccessEvent({ subjects: { ids } })).join();
    expect(idsOf('us-1\u0001us-2')).not.toBe(idsOf('us-1', 'us-2'));

    const bare = fullAccessEvent();
    const one = { ...bare, resource: { dataset: 'a\u0000b' } };
    const other = { ...bare, resource: { dataset: 'a', dataClass: 'b\u0000' } };
    expect(hashOf(one)).not.toBe(hashOf(other));
  });
});
