import { expect, it } from 'vitest';
import { multiplyStaff, settleCompany } from '../../bench/workload/settled-company.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { fold } from '../../shared/pipeline/fold.ts';
import { contributionOf, foldedPartOf, foldGroups } from '../../shared/pipeline/fold-groups.ts';

const HOUR = 3_600_000;

it('makes the same of contributions without what no fold looks at', () => {
  const settled = settleCompany({ seed: 3, people: 60, days: 34, attacks: true, daysLeft: 2 });
  const { context, baselines, snapshot, settledAt, directoryRows } = multiplyStaff(settled, 5);
  const directory = buildDirectory(directoryRows);
  const references = { directory: 'd1', networks: 'n1' };
  const unpublished = { ...snapshot, calibratedThroughDay: snapshot.calibratedThroughDay - 1 };
  // On the same day, on the days that close next, and when a country has been silent for a week.
  const times = [0, 5, 20, 44, 7 * 24].map((hours) => settledAt + hours * HOUR);
  const seen = { alerts: 0, calibrated: 0, toldAgain: 0 };

  for (const previous of [snapshot, unpublished, initialSnapshot(0, 'd1', 'n1')]) {
    for (const now of times) {
      const whole = [...baselines].map(([id, baseline]) => {
        const contribution = contributionOf(id, toldAgain(baseline), directory, now);
        return contribution.country === 'CN'
          ? contribution
          : { ...contribution, baseline: { ...baseline, updatedAt: now } };
      });
      const { groups } = foldGroups(whole);
      const { calibratedThroughDay } = previous;
      const ahead = { calibratedThroughDay, earliest: now - 4 * 60_000, latest: now + 4 * 60_000 };
      const slim = whole.map((contribution) => foldedPartOf(contribution, ahead));

      const folded = fold(previous, slim, groups, references, now, context.settings);

      const expected = fold(previous, whole, groups, references, now, context.settings);
      expect(folded).toEqual(expected);
      seen.alerts += expected.alerts.length;
      seen.calibrated += expected.snapshot.calibration.foreign.days > previous.calibration.foreign.days ? 1 : 0;
      seen.toldAgain += expected.snapshot.tellingsPerCase > 1 ? 1 : 0;
    }
  }
  // Otherwise there was nothing to lose.
  expect(Object.values(seen).every((count) => count > 0)).toBe(true);
});

const toldAgain = (baseline: Baseline): Baseline =>
  baseline.episode ? { ...baseline, episode: { ...baseline.episode, revision: 2 } } : baseline;
