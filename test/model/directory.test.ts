import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDirectory, type DirectoryRow, EMPTY_DIRECTORY, lookUpEmployee } from '../../shared/model/directory.ts';

const row = (changes: Partial<DirectoryRow> = {}): DirectoryRow =>
  Object.freeze({
    employeeId: 'e-1',
    type: 'employee',
    homeCountry: 'CN',
    team: 'recsys',
    timeZone: 'Asia/Shanghai',
    effectiveFrom: 1000,
    extra: {},
    ...changes,
  });

describe('looking up an employee', () => {
  const rows = [row({ effectiveFrom: 3000, team: 'ads' }), row(), row({ employeeId: 'e-2', effectiveFrom: 500 })];
  const directory = buildDirectory(Object.freeze(rows));

  it('finds the latest row that is not after the event', () => {
    expect(lookUpEmployee(directory, 'e-1', 2999)?.team).toBe('recsys');
    expect(lookUpEmployee(directory, 'e-1', 3000)?.team).toBe('ads');
    expect(lookUpEmployee(directory, 'e-1', 9999)?.team).toBe('ads');
    expect(lookUpEmployee(directory, 'e-1', 1000)?.team).toBe('recsys');
  });

  it('knows nobody before their first row', () => {
    expect(lookUpEmployee(directory, 'e-1', 999)).toBeUndefined();
  });

  it('knows nobody whom it does not list, whatever the id', () => {
    for (const id of ['e-3', '', '__proto__', 'constructor']) {
      expect(lookUpEmployee(directory, id, 5000)).toBeUndefined();
      expect(lookUpEmployee(EMPTY_DIRECTORY, id, 5000)).toBeUndefined();
    }
  });

  it('agrees with a search over all rows, in whatever order they come', () => {
    const rowsOfFewPeople = fc.uniqueArray(
      fc.record({ employeeId: fc.constantFrom('a', 'b', 'c'), effectiveFrom: fc.integer({ min: 0, max: 20 }) }),
      { selector: ({ employeeId, effectiveFrom }) => `${employeeId}${effectiveFrom}` },
    );
    fc.assert(
      fc.property(
        rowsOfFewPeople,
        fc.constantFrom('a', 'b', 'c'),
        fc.integer({ min: -1, max: 21 }),
        (some, id, time) => {
          const all = some.map((changes, index) => row({ ...changes, team: `t${index}` }));
          const expected = all
            .filter((one) => one.employeeId === id && one.effectiveFrom <= time)
            .reduce<DirectoryRow | undefined>((a, b) => (a && a.effectiveFrom > b.effectiveFrom ? a : b), undefined);
          expect(lookUpEmployee(buildDirectory(all), id, time)?.team).toBe(expected?.team);
        },
      ),
    );
  });
});

describe('since when somebody is in their group', () => {
  const directory = buildDirectory([
    row({ effectiveFrom: 1000 }),
    row({ effectiveFrom: 2000, timeZone: 'Asia/Singapore', extra: { manager: 'e-9' } }),
    row({ effectiveFrom: 3000, team: 'ads' }),
    row({ effectiveFrom: 4000, team: 'ads', homeCountry: 'SG' }),
    row({ effectiveFrom: 5000 }),
  ]);
  it.each([
    [1500, 1000, 'the first row starts the group'],
    [2500, 1000, 'a new time zone or manager does not'],
    [3500, 3000, 'a new team does'],
    [4500, 4000, 'a new country does'],
    [5500, 5000, 'coming back to an earlier group does'],
  ])('at %i it is since %i: %s', (time, since) => {
    expect(lookUpEmployee(directory, 'e-1', time)?.since).toBe(since);
  });
});

describe('building a directory', () => {
  it('refuses two rows of one employee from the same moment on, naming both', () => {
    expect(() => buildDirectory([row(), row({ employeeId: 'e-2' }), row({ team: 'ads' })])).toThrow(
      'e-1 has two rows from 1970-01-01T00:00:01.000Z on',
    );
  });
});
