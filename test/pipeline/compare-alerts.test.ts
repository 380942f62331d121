import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { compareAlerts, groupComparison } from '../../shared/pipeline/compare-alerts.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const told = (alertId: string, id: string, time: string, change: Partial<Alert> = {}) =>
  anAlert({ alertId, subject: { type: 'employee', id }, time: `2026-11-${time}:00.000Z`, ...change });
const ids = (cases: readonly { readonly first: Alert }[]) => cases.map(({ first }) => first.alertId);

describe('comparing what two runs told', () => {
  it('counts a case once, however often it was told', () => {
    const before = [told('a', 'e-1', '20T10:00'), told('a', 'e-1', '20T11:00', { revision: 2 })];

    const { kept, appeared, vanished } = compareAlerts(before, [told('a', 'e-1', '20T10:00')]);

    expect(kept.map((pair) => [pair.before.tellings, pair.after.tellings])).toEqual([[2, 1]]);
    expect([appeared, vanished]).toEqual([[], []]);
  });

  it('names what appears and what vanishes', () => {
    const { appeared, vanished, kept } = compareAlerts(
      [told('a', 'e-1', '20T10:00'), told('b', 'e-2', '20T10:00')],
      [told('b', 'e-2', '20T10:00'), told('c', 'e-3', '20T10:00')],
    );

    expect([ids(appeared), ids(vanished), ids(kept.map(({ after }) => after))]).toEqual([['c'], ['a'], ['b']]);
  });

  it('takes a case that another access opens for the same story, unless a day lies between', () => {
    const before = [told('a', 'e-1', '20T10:00'), told('b', 'e-2', '20T10:00')];
    const after = [told('a2', 'e-1', '20T15:00'), told('b2', 'e-2', '21T10:00')];

    const { appeared, vanished, kept } = compareAlerts(before, after);

    expect(kept.map((pair) => [pair.before.first.alertId, pair.after.first.alertId])).toEqual([['a', 'a2']]);
    expect([ids(appeared), ids(vanished)]).toEqual([['b2'], ['b']]);
  });

  it('does not take two people for one, or one case for the same as two', () => {
    const { appeared, vanished, kept } = compareAlerts(
      [told('a', 'e-1', '20T10:00')],
      [told('x', 'e-9', '20T10:00'), told('y', 'e-1', '20T11:00'), told('z', 'e-1', '20T12:00')],
    );

    expect(kept.map((pair) => pair.after.first.alertId)).toEqual(['y']);
    expect([ids(appeared), ids(vanished)]).toEqual([['x', 'z'], []]);
  });

  it('counts by what a case was first told for, the largest groups first', () => {
    const comparison = compareAlerts(
      [told('a', 'e-1', '20T10:00', { team: 'ads' }), told('b', 'e-2', '20T10:00', { team: 'ads' })],
      [told('b', 'e-2', '20T10:00', { team: 'ads' }), told('c', 'e-3', '20T10:00', { team: 'safety' })],
    );

    expect(groupComparison(comparison, 'team')).toEqual([
      { name: 'ads', before: 2, after: 1, appeared: 0, vanished: 1 },
      { name: 'safety', before: 0, after: 1, appeared: 1, vanished: 0 },
    ]);
    expect(groupComparison(comparison, 'signal')).toEqual([
      { name: 'volume', before: 2, after: 2, appeared: 1, vanished: 1 },
    ]);
  });
});
