import { describe, expect, it } from 'vitest';
import { decodedRecord, jsonWithin, MAXIMUM_LEVELS } from '../../shared/formats/record-json.ts';

const lists = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('a record’s text', () => {
  it('is what JSON.parse makes of it, or says why it is none', () => {
    expect(decodedRecord('{"a":[1]}')).toEqual({ kind: 'record', value: { a: [1] } });
    expect(decodedRecord('{"a":[1}')).toEqual({ kind: 'invalid', reason: expect.stringMatching(/^not JSON: /) });
  });

  it.each([
    ['lists', lists],
    ['objects', objects],
  ])('may be nested so deep and no deeper: %s', (_, nested) => {
    const tooDeep = { kind: 'invalid', reason: 'nested more than 1000 levels deep' };

    expect(decodedRecord(nested(MAXIMUM_LEVELS)).kind).toBe('record');
    expect(decodedRecord(nested(MAXIMUM_LEVELS + 1))).toEqual(tooDeep);
    expect(decodedRecord(`{"a":1,"b":["c",${nested(MAXIMUM_LEVELS - 1)}]}`)).toEqual(tooDeep);
    expect(decodedRecord(nested(100_000))).toEqual(tooDeep);
  });

  it.each([
    ['many in a row', `[${'[],'.repeat(5_000)}[]]`],
    ['in a text', `{"a":${JSON.stringify(lists(5_000))}}`],
  ])('may have as many brackets as it likes: %s', (_, text) => {
    expect(decodedRecord(text)).toEqual({ kind: 'record', value: JSON.parse(text) });
  });
});

describe('a JSON text within a record', () => {
  it('is its value, or nothing where nobody can read it', () => {
    expect(jsonWithin('{"a":[1]}')).toEqual({ a: [1] });
    expect(jsonWithin('{"a":[1}')).toBeUndefined();
    expect(jsonWithin(lists(MAXIMUM_LEVELS))).toBeDefined();
    expect(jsonWithin(lists(MAXIMUM_LEVELS + 1))).toBeUndefined();
  });
});
