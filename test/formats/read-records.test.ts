import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../shared/formats/formats.ts';
import { readRecord } from '../../shared/formats/read-records.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';
import { parseResources } from '../../shared/model/resources.ts';
import { dataEvent, realRecords } from './cloudtrail-records.ts';

const accessEvent = Object.freeze({
  id: 'ev-1',
  time: '2026-11-23T10:15:30.123Z',
  actor: { id: 'e-00042', type: 'employee' },
  action: 'read',
  resource: { dataset: 'user.profile' },
  subjects: { region: 'US', count: 1 },
  outcome: 'allowed',
});

describe('telling formats apart', () => {
  it('knows CloudTrail records by their own fields', () => {
    expect(new Set(realRecords.map((record) => formatOf(record)?.name))).toEqual(new Set(['cloudtrail']));
  });

  it.each([accessEvent, { ...accessEvent, eventSource: 'x', eventName: 'y' }])(
    'takes %j for an access event',
    (value) => {
      expect(formatOf(value)?.name).toBe('access-event');
    },
  );

  it.each([[{}], [null], [7], ['x'], [[]], [{ constructor: 1 }]])('knows no format of %j', (value) => {
    expect(formatOf(value)).toBeUndefined();
  });
});

describe('reading a record', () => {
  it('passes an access event on, without fields that the contract does not know', () => {
    expect(readRecord({ ...accessEvent, colour: 'red' })).toEqual([
      { kind: 'event', value: accessEvent, time: Date.parse(accessEvent.time) },
    ]);
  });

  it('says in the contract’s terms why something is no access event', () => {
    expect(readRecord({ ...accessEvent, outcome: 'maybe' })).toEqual([
      { kind: 'invalid', reason: expect.stringMatching(/^outcome: /) },
    ]);
    expect(readRecord(null)).toMatchObject([{ kind: 'invalid' }]);
  });

  it('turns a CloudTrail record into an access event by the resource map', () => {
    const parsed = parseResources([{ match: { s3: { bucket: 'exports' } }, dataset: 'user.profile', region: 'US' }]);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    expect(readRecord(dataEvent(), { ...NO_CONTEXT, resources: parsed.resources })).toMatchObject([
      { kind: 'event', value: { resource: { dataset: 'user.profile' }, subjects: { region: 'US' } } },
    ]);
  });

  it('passes over what is not concerned', () => {
    expect(readRecord(dataEvent({ managementEvent: true }))).toEqual([
      { kind: 'not-concerned', why: 'management-event' },
    ]);
  });

  it('throws at nothing that JSON can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readRecord(value)).toMatchObject([{ kind: 'invalid' }]);
      }),
    );
  });
});
