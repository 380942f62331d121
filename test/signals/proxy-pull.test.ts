import { describe, expect, it } from 'vitest';
import type { LinkHit } from '../../shared/pipeline/links.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';

const settled = aSettledBaseline();
const NAME = 'proxy-pull.linked';
/** As HMACs are: their first digits differ. */
const met = (user: number, actorId = 'e-00007'): LinkHit => ({
  kind: 'subject',
  subject: `${user.toString(16).padStart(8, '0')}${'0'.repeat(8)}`,
  actorId,
});
const MACHINE: LinkHit = { kind: 'device', actorId: 'e-00091', since: 0, users: 1 };

describe('proxy pull', () => {
  it('is a user whom somebody else was refused, and each further user as much again', () => {
    const strengths = [0, 1, 2, 3, 5].map((users) =>
      strengthOf(NAME, aView(settled, reads(1), { linkHits: Array.from({ length: users }, (_, i) => met(i + 1)) })),
    );

    expect(strengths).toEqual([0, 1, 2, 3, 5]);
  });

  it('counts a user who is read again and again once', () => {
    expect(strengthOf(NAME, aView(settled, reads(9), { linkHits: [met(1)] }))).toBe(1);
    expect(strengthOf(NAME, aView(settled, reads(1), { linkHits: [met(1, 'e-1'), met(1, 'e-2')] }))).toBe(1);
  });

  it('says nothing at an access that meets nobody, whatever its sitting met', () => {
    const view = aView(settled, reads(2), { linkHits: [met(1)] });

    expect(strengthOf(NAME, { ...view, linkHits: [] })).toBe(0);
    expect(strengthOf(NAME, { ...view, linkHits: [MACHINE] })).toBe(0);
  });

  it('is not a machine of somebody else’s', () => {
    expect(strengthOf(NAME, aView(settled, reads(1), { linkHits: [MACHINE] }))).toBe(0);
  });

  it('begins anew with every sitting', () => {
    const morning = aView(settled, reads(1), { linkHits: [met(1), met(2)] });
    const evening = aView(morning.baseline, reads(1, {}, { hour: 18 }), { linkHits: [met(3)] });

    expect(strengthOf(NAME, evening)).toBe(1);
  });

  it('says of earlier users of the sitting only that there were others: whom they met is not known any more', () => {
    const atTheEndOf = (outcome: 'allowed' | 'denied') => {
      const [first, second] = reads(2, { outcome });
      const before = aView(settled, first ? [first] : [], { linkHits: [met(1), met(2)] }).baseline;
      return explanationOf(NAME, aView(before, second ? [second] : [], { linkHits: [met(3, 'e-00091')] })).text;
    };

    expect(atTheEndOf('allowed')).toBe(
      '3 US users whom others had been refused within two hours before, e-00091 among these',
    );
    expect(atTheEndOf('denied')).toBe(
      '3 US users refused here and read by others within two hours, e-00091 among these',
    );
  });

  it('says on both sides who was refused and who read', () => {
    const linkHits = [met(1), met(2, 'e-00091'), MACHINE];

    expect(explanationOf(NAME, aView(settled, reads(1), { linkHits }))).toEqual({
      observed: 2,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'users refused to one and read by another',
      text: '2 US users whom e-00007, e-00091 had been refused within two hours before',
    });
    expect(explanationOf(NAME, aView(settled, reads(1, { outcome: 'denied' }), { linkHits: [met(1)] })).text).toBe(
      '1 US user refused here and read by e-00007 within two hours',
    );
    expect(explanationOf(NAME, aView(settled, reads(1), { linkHits: [met(1), met(2)] })).text).toBe(
      '2 US users whom e-00007 had been refused within two hours before',
    );
  });
});
