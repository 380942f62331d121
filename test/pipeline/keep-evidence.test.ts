import { describe, expect, it } from 'vitest';
import { keepEvidence } from '../../shared/pipeline/keep-evidence.ts';
import { anAccess } from '../factories/an-access.ts';

describe('evidence', () => {
  it('is the last ten accesses, newest last, without subjects', () => {
    const kept = Array.from({ length: 12 }, (_, i) => anAccess({ id: `ev-${i}`, subjects: { ids: ['us-1'] } })).reduce(
      (evidence, access) => keepEvidence(evidence, access),
      keepEvidence([], anAccess({ id: 'first' })),
    );
    expect(kept.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `ev-${i + 2}`));
    expect(JSON.stringify(kept)).not.toContain('us-1');
  });

  it.each([
    ['short names stay', 'user.profile', 'user.profile'],
    ['a name that just fits stays', 'x'.repeat(128), 'x'.repeat(128)],
    ['a longer one is cut and says so', 'x'.repeat(129), `${'x'.repeat(125)}…`],
    ['bytes count, not letters', '漢'.repeat(43), `${'漢'.repeat(41)}…`],
    ['no letter is cut in two', `${'x'.repeat(124)}😀😀`, `${'x'.repeat(124)}…`],
  ])('%s', (_, dataset, expected) => {
    expect(keepEvidence([], anAccess({ resource: { dataset } }))[0]?.dataset).toBe(expected);
  });
});
