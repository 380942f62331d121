import { describe, expect, it } from 'vitest';
import { observe } from '../../shared/pipeline/observe.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { machinePace } from '../../shared/signals/machine-pace.ts';
import type { View } from '../../shared/signals/signal.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const { snapshot, settings } = aScoringContext();
const [regularGaps, adjacentSubjects] = machinePace.measures;
if (!regularGaps || !adjacentSubjects) throw new Error('no measures');
const settled = aSettledBaseline();

/** Gaps in seconds as people leave them: from a glance to a few minutes. */
const BY_HAND = [14, 55, 6, 120, 22, 31, 9, 240, 17, 64, 12, 41, 8, 95, 28, 19, 150, 33, 11, 47, 70, 5, 26, 180];
const BY_SCRIPT = BY_HAND.map((_, i) => 15 + (i % 3));

/** What is seen at the last of some look-ups of one user each. */
function lookingUp(gaps: readonly number[], idOf: (i: number) => string, changes: AccessEventChanges = {}): View {
  let second = 0;
  const accesses = [0, ...gaps].map((gap, i) => {
    second += gap;
    const subjects = { region: 'US', count: 1, ids: [idOf(i)] };
    return anAccess(anAccessEvent({ id: `now-${i}`, time: timeOn(0, 11, 0, second), subjects, ...changes }));
  });
  const last = accesses.at(-1);
  if (!last) throw new Error('no look-up');
  return viewOf(
    accesses.reduce((baseline, access) => observe(baseline, access, []), settled),
    last,
    snapshot,
    settings,
    [],
  );
}

/** P(χ² ≤ x) with an even number of degrees of freedom: that a Poisson count of mean x/2 is at least half of them. */
function chiSquaredBelow(x: number, freedom: number): number {
  let probability = Math.exp(-x / 2);
  let sum = 0;
  for (let count = 0; count < 200; count++) {
    if (count >= freedom / 2) sum += probability;
    probability *= x / 2 / (count + 1);
  }
  return sum;
}

const scattered = (i: number) => `us-${7919 * (i + 1)}`;

describe('machine pace', () => {
  it('is a rhythm that no hand has', () => {
    expect(regularGaps.strength(lookingUp(BY_SCRIPT, scattered))).toBeGreaterThan(6);
    expect(regularGaps.strength(lookingUp(BY_HAND, scattered))).toBeLessThan(0.5);
  });

  it('is surer the longer it goes on, and says nothing of a few', () => {
    const some = regularGaps.strength(lookingUp(BY_SCRIPT.slice(0, 14), scattered));

    expect(some).toBeGreaterThan(2);
    expect(regularGaps.strength(lookingUp(BY_SCRIPT, scattered))).toBeGreaterThan(some + 2);
    expect(regularGaps.strength(lookingUp(BY_SCRIPT.slice(0, 10), scattered))).toBe(0);
    expect(regularGaps.strength(lookingUp(BY_SCRIPT.slice(0, 11), scattered))).toBeGreaterThan(1);
  });

  it('is as unlikely as the χ² distribution has it of hands whose ln(gap) spreads by 0.6', () => {
    const gaps = BY_HAND.slice(0, 23).map((gap) => Math.round(40 * (gap / 40) ** 0.4));
    const logs = gaps.map((gap) => Math.log(gap));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
    const tail = -Math.log10(chiSquaredBelow(squares / 0.6 ** 2, gaps.length - 1));

    expect(tail).toBeGreaterThan(1);
    expect(regularGaps.strength(lookingUp(gaps, scattered))).toBeCloseTo(tail, 1);
  });

  it('is not a page that reloads the same few users', () => {
    expect(regularGaps.strength(lookingUp(BY_SCRIPT, (i) => `us-${i % 5}`))).toBe(0);
  });

  it('is neither a service at its job, nor refused, nor about users who are not protected', () => {
    const strengthOf = (changes: AccessEventChanges) =>
      machinePace.measures.map((measure) => measure.strength(lookingUp(BY_SCRIPT, (i) => `us-${i}`, changes)));

    expect(strengthOf({ actor: { id: 's-00001', type: 'service' } })).toEqual([0, 0]);
    expect(strengthOf({ outcome: 'denied' })).toEqual([0, 0]);
    expect(strengthOf({ subjects: { region: 'GB', count: 1, ids: ['gb-1'] } })).toEqual([0, 0]);
  });

  it('says nothing at an access that is refused or about other users, whatever its sitting came to', () => {
    const view = lookingUp(BY_SCRIPT, (i) => `us-${i}`);
    const strengthsAt = (changes: AccessEventChanges) => {
      const access = anAccess(anAccessEvent({ id: 'last', time: timeOn(0, 11, 30), ...changes }));
      return machinePace.measures.map((measure) => measure.strength({ ...view, access }));
    };

    expect(Math.min(...strengthsAt({}))).toBeGreaterThan(4);
    expect(strengthsAt({ outcome: 'denied' })).toEqual([0, 0]);
    expect(strengthsAt({ subjects: { region: 'GB' } })).toEqual([0, 0]);
  });

  it('is a list worked through in the order of its ids, whatever the rhythm', () => {
    const view = lookingUp(BY_HAND, (i) => `us-${1000 + i}`);

    expect(adjacentSubjects.strength(view)).toBeCloseTo(Math.log2(1 + BY_HAND.length), 6);
    expect(adjacentSubjects.strength(lookingUp(BY_HAND, scattered))).toBe(0);
    expect(adjacentSubjects.explain(view).text).toBe(
      '24 times the next US user was the one whose id comes next: a list is being worked through',
    );
  });

  it('says how even it was', () => {
    expect(regularGaps.explain(lookingUp(BY_SCRIPT, scattered)).text).toBe(
      '25 look-ups of one US user each, about every 16 seconds and as evenly as a script does',
    );
    const logs = BY_HAND.map((gap) => Math.log(gap));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const spread = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    expect(regularGaps.explain(lookingUp(BY_HAND, scattered)).observed).toBe(Math.round(100 * Math.expm1(spread)));
  });
});
