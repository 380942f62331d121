import { describe, expect, it } from 'vitest';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const settled = aSettledBaseline();
const NAME = 'targeted-lookups.repeats';
const oneUser = { subjects: { region: 'US', count: 1, ids: ['us-77'] } };
/** The same user looked up so many times on each of some days. */
const watching = (lookups: number, days: readonly number[], changes: AccessEventChanges = {}) =>
  days.flatMap((day) => reads(lookups, { action: 'search', ...oneUser, ...changes }, { day }));
const strengthAfter = (accesses: readonly AccessEventChanges[]) => strengthOf(NAME, aView(settled, accesses));

describe('targeted look-ups', () => {
  it('are one user, again and again over days', () => {
    expect(strengthAfter(watching(4, [0, 1, 2]))).toBeGreaterThan(8);
  });

  it.each<[string, AccessEventChanges]>([
    ['ticketed casework on the same user', { approval: { ticket: 'T-1' } }],
    ['work on somebody’s behalf', { actor: { onBehalfOf: 'e-00007' } }],
    ['a list of many users, of whom this is one', { subjects: { region: 'US', count: 6, ids: ['us-77'] } }],
    ['a user who is not protected', { subjects: { region: 'GB', count: 1, ids: ['us-77'] } }],
    ['a user who is not named', { subjects: { region: 'US', count: 1 } }],
    ['an expired grant whose job asks for the same user again and again', { outcome: 'denied' }],
  ])('are not %s', (_, changes) => {
    expect(strengthAfter(watching(10, [0, 1, 2], changes))).toBe(0);
  });

  it('are those of the user who is looked up now, not of one who was before', () => {
    const last = (changes: AccessEventChanges) =>
      strengthAfter([...watching(4, [0]), { id: 'last', time: timeOn(0, 10, 30), action: 'search', ...changes }]);

    expect(last(oneUser)).toBeGreaterThan(2);
    expect(last({ subjects: { region: 'US', count: 1, ids: ['us-78'] } })).toBe(0);
    expect(last({ ...oneUser, approval: { ticket: 'T-1' } })).toBe(0);
    expect(last({ ...oneUser, outcome: 'denied' })).toBe(0);
  });

  it('are told apart by all 64 bits of a user’s hash', () => {
    const view = aView(settled, watching(4, [0]));
    const [hash = ''] = view.access.subjectHashes;
    const of = (subject: string) => strengthOf(NAME, { ...view, access: { ...view.access, subjectHashes: [subject] } });

    expect(of(hash)).toBe(2);
    expect(of(`00000000${hash.slice(8)}`)).toBe(0);
    expect(of(`${hash.slice(0, 8)}00000000`)).toBe(0);
  });

  it('are not one look at each of many users', () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      reads(1, { subjects: { region: 'US', count: 1, ids: [`us-${i}`] } }),
    );

    expect(strengthAfter(many.flat())).toBe(0);
  });

  it('are odder with every look-up and with every day, and a day counts for more than a look-up', () => {
    const rising = (strengths: readonly number[]) => [...new Set(strengths)].sort((a, b) => a - b);
    const byLookups = [1, 2, 3, 5, 9, 20].map((lookups) => strengthAfter(watching(lookups, [0])));
    const byDays = [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]].map((days) => strengthAfter(watching(2, days)));

    expect(byLookups).toEqual(rising(byLookups));
    expect(byDays).toEqual(rising(byDays));
    expect(strengthAfter(watching(3, [0, 1]))).toBeGreaterThan(strengthAfter(watching(6, [0])));
  });

  it('are found however many other users are looked up in between', () => {
    const noise = (day: number) =>
      Array.from({ length: 40 }, (_, i) =>
        reads(1, { subjects: { region: 'US', count: 1, ids: [`us-${i}`] } }, { day, hour: 14 }),
      );
    const hidden = [
      ...watching(4, [0]),
      ...noise(0).flat(),
      ...watching(4, [1]),
      ...noise(1).flat(),
      ...watching(4, [2]),
    ];

    expect(strengthAfter(hidden)).toBe(strengthAfter(watching(4, [0, 1, 2])));
  });

  it('are found where each is one look-up a day, among a dozen others who are never looked up again', () => {
    const others = (day: number) =>
      Array.from({ length: 12 }, (_, i) =>
        reads(1, { subjects: { region: 'US', count: 1, ids: [`us-${day}-${i}`] } }, { day, hour: 14 }),
      );
    const hidden = [0, 1, 2, 3].flatMap((day) => [...others(day).flat(), ...watching(1, [day])]);

    expect(strengthAfter(hidden)).toBe(strengthAfter(watching(1, [0, 1, 2, 3])));
    expect(strengthAfter(hidden)).toBeGreaterThan(5);
  });

  it('are forgotten after two weeks without any', () => {
    expect(strengthAfter([...watching(5, [0]), ...watching(1, [14])])).toBeGreaterThan(3);
    expect(strengthAfter([...watching(5, [0]), ...watching(1, [15])])).toBe(0);
  });

  it('say how often and on how many days', () => {
    expect(explanationOf(NAME, aView(settled, watching(3, [0, 1])))).toEqual({
      observed: 6,
      expected: { median: 1, low: 0, high: 2 },
      unit: 'look-ups of one user without a ticket',
      text: 'the same US user looked up 6 times on 2 days without a ticket',
    });
  });
});
