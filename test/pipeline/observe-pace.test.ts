import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace } from '../../shared/model/baseline.ts';
import { distinctSubjects, observePace } from '../../shared/pipeline/observe-pace.ts';
import { anAccess } from '../factories/an-access.ts';
import type { AccessEventChanges } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const START = Date.UTC(2026, 8, 7, 2);

/** Looks at one user each, so many seconds after the one before. */
const paceOf = (
  steps: readonly { readonly after: number; readonly id: string }[],
  changes: AccessEventChanges = {},
) => {
  let time = START;
  return steps.reduce<Pace | undefined>((pace, { after, id }, i) => {
    time += after * 1000;
    const access = anAccess({
      ...changes,
      id: `ev-${i}`,
      time: new Date(time).toISOString(),
      subjects: { region: 'US', count: 1, ids: [id], ...changes.subjects },
    });
    return deepFreeze(observePace(pace, access));
  }, undefined);
};

describe("a sitting's rhythm", () => {
  it('is the mean and the spread of the logarithms of its gaps, at every length', () => {
    const gaps = fc.array(fc.integer({ min: 2, max: 1500 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, (afters) => {
        const pace = paceOf([0, ...afters].map((after, i) => ({ after, id: `us-${7 * i}` })));
        const logs = afters.map(Math.log);
        const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;

        expect(pace?.lookups).toBe(afters.length + 1);
        expect(pace?.meanLogGap).toBeCloseTo(mean, 3);
        expect(pace?.squaredLogGaps).toBeCloseTo(
          logs.reduce((sum, x) => sum + (x - mean) ** 2, 0),
          2,
        );
      }),
    );
  });

  it('counts users whose id follows the one before, and nobody else', () => {
    const ids = ['us-10', 'us-11', 'us-12', 'us-12', 'us-14', 'us-15'];

    expect(paceOf(ids.map((id) => ({ after: 9, id })))?.adjacent).toBe(3);
  });

  it('keeps no id: what it stores of the next one changes with the key', () => {
    const pace = paceOf([{ after: 0, id: 'us-10' }]);

    expect(pace?.successor).not.toBe(0);
    expect(JSON.stringify(pace)).not.toContain('us-1');
  });

  it('leaves out what is refused, about several users, or about users who are not protected', () => {
    const steps = [{ after: 0, id: 'us-1' }];

    expect(paceOf(steps, { outcome: 'denied' })).toBeUndefined();
    expect(paceOf(steps, { subjects: { count: 40 } })).toBeUndefined();
    expect(paceOf(steps, { subjects: { region: 'GB' } })).toBeUndefined();
  });

  it('knows roughly how many distinct users there were', () => {
    const many = paceOf(Array.from({ length: 40 }, (_, i) => ({ after: 5, id: `us-${i}` })));
    const few = paceOf(Array.from({ length: 40 }, (_, i) => ({ after: 5, id: `us-${i % 4}` })));

    expect(distinctSubjects(many ?? empty)).toBeGreaterThan(32);
    expect(distinctSubjects(few ?? empty)).toBeLessThan(6);
  });
});

const empty: Pace = { lookups: 0, last: 0, meanLogGap: 0, squaredLogGaps: 0, adjacent: 0, successor: 0, seen: [0, 0] };
