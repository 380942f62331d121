import { describe, expect, it } from 'vitest';
import { type Episode, initialBaseline } from '../../shared/model/baseline.ts';
import { contributionOf } from '../../shared/pipeline/fold-groups.ts';
import { tellingsPerCase } from '../../shared/pipeline/tellings-per-case.ts';
import { DIRECTORY } from '../factories/an-access.ts';

const DAY_MS = 86_400_000;
const NOW = 20_700 * DAY_MS;

const memberWith = (episode: Pick<Episode, 'revision' | 'openedAt'> | undefined) =>
  contributionOf(
    'e-00042',
    {
      ...initialBaseline(),
      episode: episode && {
        alertId: '0011223344556677',
        lastEvidenceAt: episode.openedAt,
        toldScore: 3,
        toldSeverity: 'low',
        toldAt: episode.openedAt,
        toldFamilies: 1,
        withApproval: 0,
        withoutApproval: 1,
        subjects: 1,
        ...episode,
      },
    },
    DIRECTORY,
    NOW,
  );
const cases = (count: number, revision: number, daysAgo = 3) =>
  Array.from({ length: count }, () => memberWith({ revision, openedAt: NOW - daysAgo * DAY_MS }));

describe('tellings per case', () => {
  it('is one before there was any case', () => {
    expect(tellingsPerCase([], NOW)).toBe(1);
    expect(tellingsPerCase([memberWith(undefined)], NOW)).toBe(1);
  });

  it('approaches the average as cases come', () => {
    const told = [...cases(60, 1), ...cases(20, 2)];

    expect(tellingsPerCase(told, NOW)).toBeCloseTo(1 + 20 / 90, 10);
    expect(tellingsPerCase([...told, ...told, ...told, ...told], NOW)).toBeCloseTo(1.25, 1);
  });

  it('does not follow a case that is told again and again', () => {
    expect(tellingsPerCase(cases(30, 9), NOW)).toBe(tellingsPerCase(cases(30, 2), NOW));
  });

  it('forgets cases of more than four weeks ago', () => {
    expect(tellingsPerCase(cases(50, 2, 29), NOW)).toBe(1);
  });
});
