import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { type LookedUp, observeSubjects, repeatStrength } from '../../shared/pipeline/observe-subjects.ts';
import { anAccess } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const lookup = (user: string, day: number, minute = 0) =>
  anAccess({ time: timeOn(day, 10, minute), subjects: { region: 'US', count: 1, ids: [user] } });
const lookups = (users: readonly string[], day: number) => users.map((user) => lookup(user, day));
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const remembering = (accesses: readonly Access[]) =>
  accesses.reduce<LookedUp>((known, access) => deepFreeze(observeSubjects(known, access)), initialBaseline());

const isHexOf = (hex: string, high: number, low: number) =>
  BigInt.asIntN(64, BigInt(`0x${hex}`)) === (BigInt(high) << 32n) + BigInt(low >>> 0);

/** What is known of a user, whichever list it stands in. */
function knownOf({ topSubjects, otherSubjects }: LookedUp, user: string) {
  const subject = lookup(user, 0).subjectHashes[0] ?? '';
  const entry =
    topSubjects.find(({ high, low }) => isHexOf(subject, high, low)) ??
    otherSubjects.find(({ mark }) => mark === Number.parseInt(subject.slice(0, 6), 16));
  return entry && { lookups: entry.lookups, days: entry.days, lastDay: entry.lastDay };
}

describe('the users somebody looks up', () => {
  it('are told apart by all 64 bits of their hashes', () => {
    const alike = ['0000000100000002', '0000000100000003', 'f000000100000002'];
    const looks = alike.map((subject) => ({ ...lookup('', 0), subjectHashes: [subject] }));

    expect(remembering([...looks, ...looks]).topSubjects.map(({ lookups: times }) => times)).toEqual([2, 2, 2]);
  });

  it('are counted exactly while they fit into both lists, whatever the order', () => {
    const taken = fc.array(fc.record({ user: fc.nat(19), day: fc.nat(13) }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(taken, (steps) => {
        const inOrder = [...steps].sort((a, b) => a.day - b.day);
        const known = remembering(inOrder.map(({ user, day }) => lookup(`us-${user}`, day)));
        const today = lookup('', 0).local.day;
        for (const [user, of] of Map.groupBy(inOrder, (step) => step.user)) {
          const days = new Set(of.map(({ day }) => day));
          const expected = { lookups: of.length, days: days.size, lastDay: today + Math.max(...days) };
          expect(knownOf(known, `us-${user}`)).toEqual(expected);
        }
        expect(known.topSubjects.length + known.otherSubjects.length).toBe(new Set(steps.map(({ user }) => user)).size);
      }),
      { numRuns: 60 },
    );
  });

  it('are known again on the next day, among a dozen others who are looked up once', () => {
    const days = [0, 1, 2, 3].flatMap((day) => [lookup('watched', day), ...lookups(named(`on-day-${day}`, 13), day)]);

    expect(knownOf(remembering(days), 'watched')).toMatchObject({ lookups: 4, days: 4 });
  });

  it('don’t hide behind others who are looked up more often in a day', () => {
    const decoys = named('decoy', 8).flatMap((user) => Array.from({ length: 6 }, () => lookup(user, 0)));
    const days = [1, 2, 3, 4, 5].flatMap((day) => [
      lookup('watched', day),
      ...lookups(named(`on-day-${day}`, 10), day),
    ]);

    expect(knownOf(remembering([...decoys, ...days]), 'watched')).toMatchObject({ lookups: 5, days: 5 });
  });

  it('are eight and twelve at most: those looked up once go first, the oldest of them before others', () => {
    const twice = named('twice', 10);
    const known = remembering([...lookups(twice, 0), ...lookups(twice, 1), ...lookups(named('once', 100), 2)]);

    expect([known.topSubjects.length, known.otherSubjects.length]).toEqual([8, 12]);
    for (const user of twice) expect(knownOf(known, user)).toMatchObject({ lookups: 2, days: 2 });
    expect(named('once', 100).filter((user) => knownOf(known, user))).toEqual(named('once', 100).slice(-10));
  });

  it('are kept by how odd it is to come back to them: twice on two days is more than three times on one', () => {
    const thrice = named('thrice', 20).flatMap((user) => [lookup(user, 1), lookup(user, 1, 1), lookup(user, 1, 2)]);
    const known = remembering([lookup('twice', 0), lookup('twice', 1), ...thrice]);

    expect(knownOf(known, 'twice')).toMatchObject({ lookups: 2, days: 2 });
    expect(named('thrice', 20).filter((user) => !knownOf(known, user))).toHaveLength(1);
  });

  it('go by the day of the look-up and not of its report', () => {
    const known = remembering([
      ...lookups(named('on-time', 10), 5),
      ...lookups(named('late', 10), 3),
      lookup('new', 5),
    ]);

    expect(named('on-time', 10).filter((user) => knownOf(known, user))).toHaveLength(10);
    expect(named('late', 10).filter((user) => knownOf(known, user))).toHaveLength(9);
    // What is stored needs each day once.
    const days = known.otherSubjects.map(({ lastDay }) => lastDay);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
  });

  it('are forgotten after two weeks without a look-up, in both lists', () => {
    const before = lookups(named('us', 19), 0);
    const remembered = (day: number) => {
      const { topSubjects, otherSubjects } = remembering([...before, lookup('another', day)]);
      return topSubjects.length + otherSubjects.length;
    };

    expect([remembered(14), remembered(15)]).toEqual([20, 1]);
  });

  it('are each counted once where one access names several', () => {
    const several = anAccess({ time: timeOn(0), subjects: { region: 'US', count: 3, ids: ['a', 'b', 'c'] } });

    expect(remembering([several, several]).topSubjects.map(({ lookups: times, days }) => [times, days])).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
  });

  it('are not counted beyond a byte at the top, and not beyond fifteen beside it', () => {
    const often = Array.from({ length: 300 }, () => lookup('us-0', 0));
    const displaced = named('more', 8).flatMap((user) => Array.from({ length: 300 }, () => lookup(user, 0)));
    const known = remembering(often);

    expect(knownOf(known, 'us-0')).toMatchObject({ lookups: 255, days: 1 });
    expect(knownOf(remembering([...often, ...displaced]), 'us-0')).toMatchObject({ lookups: 15, days: 1 });
  });
});

describe('how odd it is to come back to a user', () => {
  it('grows with look-ups and with days, and another day counts as much as doubling the look-ups', () => {
    const strength = (times: number, days: number) => repeatStrength({ lookups: times, days });

    expect(strength(1, 1)).toBe(0);
    expect(strength(4, 1)).toBe(2);
    expect(strength(4, 2)).toBe(strength(16, 1));
    expect(strength(4, 4)).toBe(6);
  });
});
