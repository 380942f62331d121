import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';
import { isLookup, observe } from '../../shared/pipeline/observe.ts';
import { accessSequences } from '../factories/access-sequences.ts';
import { anAccess } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const accesses = accessSequences(40).map((events) => events.map((event) => anAccess(event)));
const sum = (of: readonly Access[], value: (access: Access) => number) => of.reduce((total, a) => total + value(a), 0);
const users = ({ subjectCount = 0 }: Access) => subjectCount;

/** Windows that are never closed, so that every access so far is in them. Nobody is in `links`. */
function atEveryPrefix(check: (seen: readonly Access[], baseline: Baseline) => void) {
  fc.assert(
    fc.property(accesses, (all) => {
      let baseline = deepFreeze(initialBaseline());
      all.forEach((access, i) => {
        baseline = deepFreeze(observe(baseline, access, []));
        check(all.slice(0, i + 1), baseline);
      });
    }),
    { numRuns: 40 },
  );
}

describe('the running windows', () => {
  it('hold what a count over all accesses so far comes to', () => {
    atEveryPrefix((seen, { sitting }) => {
      const read = seen.filter(({ allowed }) => allowed);
      const guarded = read.filter((access) => access.protected);
      expect(sitting).toMatchObject({
        start: seen[0]?.time,
        last: Math.max(...seen.map(({ time }) => time)),
        reads: read.length,
        subjects: sum(read, users),
        protectedReads: guarded.length,
        protectedSubjects: sum(guarded, users),
        unapproved: guarded.filter(({ approved }) => !approved).length,
        linkedSubjects: [],
      });
    });
  });

  it('hold of a day what its accesses and those that come late from the day before come to, and of no earlier ones', () => {
    const today = { ...initialBaseline().day, day: anAccess({ time: timeOn(1) }).local.day };
    fc.assert(
      fc.property(accesses, (all) => {
        const { day } = all.reduce((baseline, access) => observe(baseline, access, []), {
          ...initialBaseline(),
          day: today,
        });
        const seen = all.filter(({ local }) => local.day >= today.day - 1);
        const guarded = seen.filter((access) => access.allowed && access.protected);
        const hours = new Set(seen.map(({ local }) => local.hour));
        expect(day).toMatchObject({
          reads: seen.filter(({ allowed }) => allowed).length,
          protectedReads: guarded.length,
          protectedSubjects: sum(guarded, users),
          approvedReads: guarded.filter(({ approved }) => approved).length,
          hours: sum(
            [...hours].map((hour) => ({ ...seen[0], time: hour }) as Access),
            ({ time }) => 2 ** time,
          ),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('hold how often each value was used, with and without a ticket', () => {
    atEveryPrefix((seen, { day }) => {
      for (const { attribute, hash, reads, unapproved } of day.used) {
        const using = seen.filter(({ allowed, categories }) => allowed && categories[attribute] === hash);
        expect(reads).toBe(using.length);
        expect(unapproved).toBe(using.filter((access) => access.protected && !access.approved).length);
      }
      const values = new Set(
        seen.flatMap((a) => (a.allowed ? a.categories.map((hash, i) => hash && `${i} ${hash}`) : [])),
      );
      values.delete(0);
      expect(day.used).toHaveLength(values.size);
    });
  });
});

describe('a look-up', () => {
  it('is of a few users: a list is none', () => {
    const of = (count: number, named: number) =>
      isLookup(
        anAccess({ subjects: { region: 'US', count, ids: Array.from({ length: named }, (_, i) => `us-${i}`) } }),
      );

    expect([of(1, 1), of(5, 5), of(5, 1)]).toEqual([true, true, true]);
    expect([of(6, 6), of(6, 1), of(1, 0)]).toEqual([false, false, false]);
  });
});
