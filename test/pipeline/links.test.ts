import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import { createLinkMemory } from '../../shared/pipeline/link-memory.ts';
import {
  isNewDevice,
  type LinkEntry,
  linkEntryOf,
  linkedWith,
  linkKindOf,
  remembered,
} from '../../shared/pipeline/links.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { addressIn, anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const NAMED = { subjects: { region: 'US', count: 1, ids: ['us-77'] } };
/** In Austin, refused. */
const refusal = (changes: AccessEventChanges = {}) =>
  anAccess({
    id: 'refused',
    actor: { id: 'e-00007' },
    network: { ip: addressIn.US },
    outcome: 'denied',
    ...NAMED,
    ...changes,
  });
/** In Beijing, half an hour later. */
const read = (changes: AccessEventChanges = {}) =>
  anAccess({ id: 'read', time: timeOn(0, 10, 30), ...NAMED, ...changes });

/** Who is linked with whom when accesses arrive in this order. */
function linksOf(accesses: readonly Access[]): string[] {
  const memory = createLinkMemory();
  return accesses.flatMap((access) => {
    const kind = linkKindOf(access);
    if (!kind) return [];
    return access.subjectHashes.flatMap((subject) => {
      const other = linkedWith(access, kind, memory.meet(subject, kind, linkEntryOf(access)));
      const met = accesses.find(({ actorId, time }) => actorId === other?.actorId && time === other.time);
      return met ? [[access.id, met.id].sort().join(' ')] : [];
    });
  });
}

describe('two accesses to one user', () => {
  it('are linked where one was refused and another, abroad, read soon after, in whatever order they arrive', () => {
    expect(linksOf([refusal(), read()])).toEqual(['read refused']);
    expect(linksOf([read(), refusal()])).toEqual(['read refused']);
  });

  it('are linked in any order of arrival exactly if the read came within two hours after the refusal', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), fc.boolean(), (minutes, readFirst) => {
        const later = read({ time: new Date(Date.parse(timeOn(0)) + minutes * 60_000).toISOString() });
        const links = linksOf(readFirst ? [later, refusal()] : [refusal(), later]);

        expect(links).toHaveLength(minutes >= 0 && minutes <= 120 ? 1 : 0);
      }),
    );
  });

  it.each<[string, Access, Access]>([
    ['one person tried twice', refusal({ actor: { id: 'e-00042' } }), read()],
    ['the read has a ticket', refusal(), read({ approval: { ticket: 'T-1' } })],
    ['the read is on somebody’s behalf', refusal(), read({ actor: { onBehalfOf: 'e-00007' } })],
    [
      'the reader sits at home',
      refusal({ actor: { id: 'e-00091' } }),
      read({ actor: { id: 'e-00007' }, network: { ip: addressIn.US } }),
    ],
    ['it is a list of many', refusal(), read({ subjects: { region: 'US', count: 6, ids: ['us-77'] } })],
    [
      'it names many, whatever it counts',
      refusal(),
      read({ subjects: { region: 'US', count: 1, ids: ['us-77', ...'abcde'] } }),
    ],
    ['they are about two users', refusal(), read({ subjects: { region: 'US', count: 1, ids: ['us-78'] } })],
    [
      'the user is not protected',
      refusal({ subjects: { region: 'GB', ids: ['us-77'] } }),
      read({ subjects: { region: 'GB', ids: ['us-77'] } }),
    ],
    ['both were refused', refusal(), read({ outcome: 'denied' })],
    ['both come more than a week late', { ...refusal(), late: true }, { ...read(), late: true }],
    ['the ticket has run out only later', refusal(), read({ approval: { ticket: 'T-1', expires: timeOn(0, 11) } })],
  ])('are not linked where %s', (_, first, second) => {
    expect([...linksOf([first, second]), ...linksOf([second, first])]).toEqual([]);
  });

  it('are linked where the reader was refused as well, in whatever order', () => {
    const own = refusal({ id: 'own', actor: { id: 'e-00042' }, time: timeOn(0, 10, 10) });
    const orders = [
      [refusal(), own, read()],
      [own, refusal(), read()],
      [own, read(), refusal()],
      [refusal(), own, own, read()],
    ];

    for (const order of orders) expect(linksOf(order)).toEqual(['read refused']);
  });

  it('are linked where the reader or the refused came by again, whatever of it comes first', () => {
    const earlier = refusal({ id: 'earlier', time: timeOn(0, 8, 40) });
    const later = read({ id: 'later', time: timeOn(0, 13) });

    expect(linksOf([refusal(), earlier, read()])).toEqual(['read refused']);
    expect(linksOf([earlier, refusal(), read({ time: timeOn(0, 9) })])).toEqual(['earlier read']);
    expect(linksOf([later, read(), refusal()])).toEqual(['read refused']);
    expect(linksOf([read(), later, refusal()])).toEqual(['read refused']);
  });

  it('are linked however often the reader was refused, and two others now and then', () => {
    const own = Array.from({ length: 9 }, (_, i) =>
      refusal({ id: `own-${i}`, actor: { id: 'e-00042' }, time: timeOn(0, 10, 10 + i) }),
    );
    const others = [1, 2, 3].map((i) => refusal({ id: `e-${i}`, actor: { id: `e-${i}` }, time: timeOn(0, 10, 5 + i) }));

    expect(linksOf([refusal(), ...own, read()])).toEqual(['read refused']);
    expect(linksOf([refusal(), ...others, ...own, read()])).toEqual(['e-3 read']);
  });

  it('are linked where the ticket had run out before the read', () => {
    expect(linksOf([refusal(), read({ approval: { ticket: 'T-1', expires: timeOn(0, 10, 29) } })])).toHaveLength(1);
  });
});

describe('what is remembered of a user', () => {
  const HOUR = 3_600_000;
  const entries = fc.array(
    fc.record({
      actorId: fc.constantFrom('e-1', 'e-2', 'e-3', 'e-4'),
      time: fc
        .oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 400 }))
        .map((minutes) => minutes * 60_000),
    }),
    { minLength: 1, maxLength: 25 },
  );

  it.each(['refused', 'read'] as const)(
    'says of every other access whether it belongs to one that was %s, as all of them would',
    (kind) => {
      fc.assert(
        fc.property(
          entries,
          fc.integer({ min: -130, max: 530 }),
          fc.constantFrom('e-1', 'e-9'),
          (all, minute, actorId) => {
            const kept = all.reduce<readonly LinkEntry[]>(remembered, []);

            const access = { actorId, time: minute * 60_000 };
            const other = kind === 'refused' ? 'read' : 'refused';
            expect(linkedWith(access, other, kept) !== undefined).toBe(linkedWith(access, other, all) !== undefined);
          },
        ),
        { numRuns: 3_000 },
      );
    },
  );

  it('is as much where several leave out at the same time what each thinks too much', () => {
    fc.assert(
      fc.property(
        entries,
        entries,
        fc.integer({ min: -130, max: 530 }),
        fc.constantFrom('e-1', 'e-9'),
        (first, then, minute, actorId) => {
          const all = [...first, ...then];
          const leftOutOf = (known: readonly LinkEntry[]) => {
            const kept = new Set(known.reduce<readonly LinkEntry[]>(remembered, []));
            return known.filter((entry) => !kept.has(entry));
          };
          // The first has not seen what the second adds, and neither that the other leaves out anything.
          const out = new Set([...leftOutOf(first), ...leftOutOf(all)]);

          const access = { actorId, time: minute * 60_000 };
          const isIn = (some: readonly LinkEntry[]) => linkedWith(access, 'read', some) !== undefined;
          expect(isIn(all.filter((entry) => !out.has(entry)))).toBe(isIn(all));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('are a few, however many they are and whoever of how many came', () => {
    const many = (of: (i: number) => LinkEntry) =>
      Array.from({ length: 2_000 }, (_, i) => of(i)).reduce<readonly LinkEntry[]>(remembered, []).length;

    expect(many((i) => ({ actorId: 'e-1', time: i }))).toBe(2);
    expect(many((i) => ({ actorId: `e-${i}`, time: i }))).toBe(4);
    expect(many((i) => ({ actorId: `e-${i}`, time: 0 }))).toBe(4);
    // A day and two hours of them.
    expect(many((i) => ({ actorId: `e-${i % 7}`, time: (i * HOUR) / 20 }))).toBeLessThan(100);
  });
});

describe('a machine', () => {
  const settled = aSettledBaseline();

  it('is asked about while it is new to its user, and not where it is refused, unknown or long past', () => {
    expect(isNewDevice(settled, anAccess({ network: { deviceId: 'd-x' } }))).toBe(true);
    expect(isNewDevice(undefined, anAccess())).toBe(true);
    expect(isNewDevice(settled, anAccess())).toBe(false);
    expect(isNewDevice(settled, anAccess({ network: { deviceId: 'd-x' }, outcome: 'denied' }))).toBe(false);
    expect(isNewDevice(settled, anAccess({ network: { ip: addressIn.CN } }))).toBe(false);
    expect(isNewDevice(undefined, { ...anAccess(), late: true })).toBe(false);
  });
});
