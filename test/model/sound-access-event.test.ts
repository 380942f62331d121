import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessEvent, parseBySchema } from '../../shared/model/access-event.ts';
import { MOST_CHARACTERS, soundAccessEvent } from '../../shared/model/sound-access-event.ts';
import { fullAccessEvent } from '../factories/an-access-event.ts';

/** What may stand in any field by mistake, and in texts on purpose. */
const junk = fc.constantFrom<unknown>(
  ...[null, true, '', ' ', '\ud800', 'x\udc00y', '😀', 0, -0, -1, 1.5, 2 ** 53, 1e308, [], ['us-1'], {}, { id: 'e-1' }],
);
/** Mostly what the contract has there. */
const mostly = (...sound: readonly unknown[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...sound) }, { weight: 1, arbitrary: junk });
const text = (most: number) =>
  fc.oneof(
    { weight: 30, arbitrary: mostly('read', 'größer', '中文', 'x'.repeat(most)) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(most + 1)) },
  );
const time = fc.oneof(
  {
    weight: 8,
    arbitrary: mostly(
      ...[
        '2026-11-23T10:15:30.123Z',
        '2026-11-23T10:15:30Z',
        '2026-11-23T10:15:30+05:30',
        '2024-02-29T23:59:59.999999Z',
      ],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['2026-02-30T10:15:30Z', '2026-11-23 10:15:30Z', '2026-11-23T10:15:30', '2026-11-23T24:00:00Z'],
      ...['1969-12-31T23:59:59Z', '2026-11-23t10:15:30z', '2026-11-23T10:15:60Z', '02026-11-23T10:15:30Z'],
    ),
  },
);
const count = mostly(0, 1, 12, Number.MAX_SAFE_INTEGER);
type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;
/** All fields that must be there, any of those that may, and now and then one that the contract doesn't know. */
const fields = (all: Fields, any: Fields) =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc
        .tuple(fc.record({ ...any, extra: junk }, { requiredKeys: [] }), fc.record(all))
        .map(([some, always]) => ({ ...some, ...always })),
    },
    { weight: 1, arbitrary: junk },
  );

const nearlyAnEvent = fields(
  {
    id: text(MOST_CHARACTERS.id),
    time,
    actor: fields(
      { id: text(MOST_CHARACTERS.actor) },
      { type: mostly('employee', 'service'), onBehalfOf: text(MOST_CHARACTERS.actor) },
    ),
    action: text(MOST_CHARACTERS.action),
    resource: fields(
      { dataset: text(MOST_CHARACTERS.dataset) },
      { dataClass: text(MOST_CHARACTERS.dataClass), store: text(MOST_CHARACTERS.store) },
    ),
    subjects: fields(
      { region: mostly('US', 'VN', 'unknown') },
      {
        count,
        ids: fc.oneof(fc.array(text(MOST_CHARACTERS.subject), { maxLength: 3 }), junk),
        countBasis: mostly('exact', 'estimated', 'unknown'),
      },
    ),
    outcome: mostly('allowed', 'denied'),
  },
  {
    source: text(MOST_CHARACTERS.source),
    network: fields(
      {},
      {
        ip: text(MOST_CHARACTERS.ip),
        country: mostly('CN', 'US', 'ZZ', 'EU'),
        asn: count,
        deviceId: text(MOST_CHARACTERS.device),
      },
    ),
    bytes: mostly(0, 12_345, 0.5),
    approval: fields({ ticket: text(MOST_CHARACTERS.ticket) }, { expires: time }),
    canary: text(MOST_CHARACTERS.canary),
  },
);

describe('a sound access event', () => {
  it('is what the schema makes of it, to the order of the fields; and the schema says what is wrong with any other', () => {
    fc.assert(
      fc.property(nearlyAnEvent, (value) => {
        const decoded: unknown = JSON.parse(JSON.stringify(value));

        const parsed = parseAccessEvent(decoded);

        const expected = parseBySchema(decoded);
        expect(parsed).toStrictEqual(expected);
        expect(JSON.stringify(parsed)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 3000 },
    );
  });

  it('needs no schema, with every field of the contract and with none that may be left out', () => {
    const { id, time, actor, action, resource, subjects, outcome } = fullAccessEvent();
    const least = {
      ...{ id, time, action, outcome },
      actor: { id: actor.id },
      resource: { dataset: resource.dataset },
      subjects: { region: subjects.region },
    };

    const sound = [fullAccessEvent(), least].map((value) => soundAccessEvent(value)?.event);

    expect(sound).toEqual([fullAccessEvent(), { ...least, actor: { id: actor.id, type: 'employee' } }]);
  });

  it('is a copy: who changes the record later changes no event', () => {
    const value = structuredClone(fullAccessEvent());

    const sound = soundAccessEvent(value)?.event;

    value.subjects.ids?.push('us-9');
    value.actor.id = 'e-99999';
    expect(sound).toEqual(fullAccessEvent());
  });
});
