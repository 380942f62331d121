import { describe, expect, it } from 'vitest';
import type { DeviceHit } from '../../shared/pipeline/links.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { borrowedDevice } from '../../shared/signals/borrowed-device.ts';
import type { View } from '../../shared/signals/signal.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const { snapshot, settings } = aScoringContext();
const [otherHands] = borrowedDevice.measures;
if (!otherHands) throw new Error('no measure');
const settled = aSettledBaseline();
const DAY = 86_400_000;
const owner = (days: number, users = 1): DeviceHit => ({
  kind: 'device',
  actorId: 'e-00091',
  since: Date.parse(timeOn(0)) - days * DAY,
  users,
});

/** What is seen at the last of some reads on a machine that is new to this person, of which the first one is told whose it is. */
function reading(reads: number, hit: DeviceHit | undefined, changes: AccessEventChanges = {}): View {
  const accesses = Array.from({ length: reads }, (_, i) =>
    anAccess(
      anAccessEvent({
        id: `now-${i}`,
        time: timeOn(0, 11, i),
        network: { ip: '36.110.4.7', deviceId: 'd-theirs' },
        ...changes,
      }),
    ),
  );
  const last = accesses.at(-1);
  if (!last) throw new Error('no read');
  const hits = hit ? [hit] : [];
  const observed = accesses.reduce((baseline, access) => observe(baseline, access, hits), settled);
  return viewOf(observed, last, snapshot, settings, hits);
}

describe('a borrowed device', () => {
  it('is a machine that somebody else used first, weeks ago', () => {
    expect(otherHands.strength(reading(20, owner(60)))).toBeGreaterThan(5);
    expect(otherHands.strength(reading(20, undefined))).toBe(0);
  });

  it('weighs more the longer it was the other’s and the more is read on it without a ticket', () => {
    const month = otherHands.strength(reading(10, owner(30)));

    // Half of log2(1 + 7 weeks) × log2(1 + 15 reads).
    expect(otherHands.strength(reading(15, owner(49)))).toBeCloseTo(6, 9);
    expect(otherHands.strength(reading(10, owner(120)))).toBeGreaterThan(month);
    expect(otherHands.strength(reading(40, owner(30)))).toBeGreaterThan(month);
    expect(otherHands.strength(reading(10, owner(30), { approval: { ticket: 'T-1' } }))).toBe(0);
  });

  it('is neither a shared machine nor one that was set up for somebody last week', () => {
    expect(otherHands.strength(reading(20, owner(60, 3)))).toBe(0);
    expect(otherHands.strength(reading(20, owner(6)))).toBe(0);
    expect(otherHands.strength(reading(20, owner(7)))).toBeGreaterThan(1);
  });

  it('counts for half where two have used the machine before', () => {
    expect(otherHands.strength(reading(20, owner(60, 2)))).toBeCloseTo(
      otherHands.strength(reading(20, owner(60))) / 2,
      9,
    );
  });

  it('is neither refused nor about users who are not protected, whatever was read on it before', () => {
    const before = reading(20, owner(60)).baseline;
    const strengthAt = (changes: AccessEventChanges) => {
      const network = { ip: '36.110.4.7', deviceId: 'd-theirs' };
      const last = anAccess(anAccessEvent({ id: 'last', time: timeOn(0, 11, 30), network, ...changes }));
      return otherHands.strength(viewOf(observe(before, last, []), last, snapshot, settings, []));
    };

    expect(strengthAt({})).toBeGreaterThan(5);
    expect(strengthAt({ outcome: 'denied' })).toBe(0);
    expect(strengthAt({ subjects: { region: 'GB' } })).toBe(0);
  });

  it('says nothing of what the same person reads on the own machine that day', () => {
    const borrowed = reading(5, owner(60)).baseline;
    const own = anAccess(anAccessEvent({ id: 'own', time: timeOn(0, 12) }));

    expect(otherHands.strength(viewOf(observe(borrowed, own, []), own, snapshot, settings, []))).toBe(0);
  });

  it('rests on the answer to the day’s first access', () => {
    const first = reading(1, owner(60)).baseline;
    const later = anAccess(
      anAccessEvent({ id: 'later', time: timeOn(0, 12), network: { ip: '36.110.4.7', deviceId: 'd-theirs' } }),
    );

    expect(observe(first, later, [{ ...owner(60), users: 9 }]).day.borrowed).toEqual(first.day.borrowed);
  });

  it('names its first user and what was read on it, and claims nothing of the days since, nor of the own machine', () => {
    const text =
      "3 reads of US users without a ticket on device d-theirs, first used by e-00091 60 days ago and no habit of this person's";
    const own = anAccess(anAccessEvent({ id: 'own', time: timeOn(0, 12) }));
    const borrowed = reading(3, owner(60));
    const both = observe(borrowed.baseline, own, []);

    expect(otherHands.explain(borrowed).text).toBe(text);
    expect(both.sitting.protectedReads).toBe(4);
    expect(otherHands.explain({ ...borrowed, baseline: both }).text).toBe(text);
    expect(otherHands.explain(reading(1, { ...owner(60), actorId: 'x'.repeat(65) })).text).toMatch(
      /by somebody else 60/,
    );
  });
});
