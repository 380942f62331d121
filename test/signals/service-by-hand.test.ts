import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, type Attribute } from '../../shared/model/access.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { serviceByHand } from '../../shared/signals/service-by-hand.ts';
import type { View } from '../../shared/signals/signal.ts';
import { aScoringContext, foldEvents, ordinaryDays } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const SERVICE = { id: 's-00001', type: 'service' } as const;
const LAPTOP = { ip: '36.110.4.7', deviceId: 'd-9f3a' };
const CLOUD = { ip: '10.9.1.1' };
const { snapshot, settings } = aScoringContext();
const measure = serviceByHand.measures[0];
if (!measure) throw new Error('no measure');

/** Five weeks of a job. */
const aJob = (network: AccessEvent['network']): Baseline => {
  const baseline = foldEvents(ordinaryDays([-35, 0], { actor: SERVICE, network }));
  if (!baseline) throw new Error('no days');
  return baseline;
};

/** What is seen of the last of some reads without a ticket. */
function reading(before: Baseline, reads: number, changes: AccessEventChanges): View {
  const access = (i: number) =>
    anAccess(anAccessEvent({ actor: SERVICE, id: `now-${i}`, time: timeOn(0, 11, i), ...changes }));
  const observed = Array.from({ length: reads }, (_, i) => access(i)).reduce((b, a) => observe(b, a, []), before);
  return viewOf(observed, access(reads - 1), snapshot, settings, []);
}

describe('a service account used by hand', () => {
  const job = aJob(CLOUD);

  it('stands out when a job of weeks in the cloud reads from a laptop in a country', () => {
    expect(measure.strength(reading(job, 20, { network: LAPTOP }))).toBeGreaterThan(4);
  });

  it('stands out more the more is read without a ticket', () => {
    const few = measure.strength(reading(job, 2, { network: LAPTOP }));

    expect(few).toBeGreaterThan(0);
    expect(measure.strength(reading(job, 40, { network: LAPTOP }))).toBeGreaterThan(2 * few);
  });

  it('is not the job itself, however much it reads', () => {
    expect(measure.strength(reading(job, 200, { network: CLOUD }))).toBe(0);
  });

  it('is not a service that always ran on a machine in an office, nor one that moved to another machine', () => {
    const settled = aJob(LAPTOP);

    expect(measure.strength(reading(settled, 20, { network: LAPTOP }))).toBeLessThan(0.2);
    expect(measure.strength(reading(settled, 20, { network: { ...LAPTOP, deviceId: 'd-new' } }))).toBeLessThan(0.2);
  });

  it('says nothing of a service of which no days are known', () => {
    const first = reading(observe(job, anAccess(anAccessEvent({ actor: SERVICE })), []), 1, { network: LAPTOP });
    const unknown = { ...first.baseline, habits: { ...first.baseline.habits, activeDays: 0, categories: [] } };

    expect(measure.strength({ ...first, baseline: unknown })).toBeLessThan(1);
  });

  it('is never a person', () => {
    const view = reading(job, 20, { network: LAPTOP });

    expect(measure.strength({ ...view, access: { ...view.access, actorType: 'employee' } })).toBe(0);
  });

  it('is neither refused nor about users who are not protected', () => {
    expect(measure.strength(reading(job, 20, { network: LAPTOP, outcome: 'denied' }))).toBe(0);
    expect(measure.strength(reading(job, 20, { network: LAPTOP, subjects: { region: 'GB', count: 1 } }))).toBe(0);
    const view = reading(job, 20, { network: LAPTOP });
    const strengthAt = (changes: Partial<View['access']>) =>
      measure.strength({ ...view, access: { ...view.access, ...changes } });
    expect([strengthAt({ allowed: false }), strengthAt({ protected: false })]).toEqual([0, 0]);
  });

  it('is nothing that a ticket explains', () => {
    expect(measure.strength(reading(job, 20, { network: LAPTOP, approval: { ticket: 'T-1' } }))).toBe(0);
  });

  /** The job, of which such categories are known, each on so many of 24 days. */
  const known = (...days: readonly (readonly [attribute: Attribute, days: number])[]): Baseline => {
    const categories = days.map(([attribute, count], hash) => ({
      attribute: ATTRIBUTES.indexOf(attribute),
      hash,
      days: count,
      lastDay: 0,
    }));
    return { ...job, habits: { ...job.habits, activeDays: 24, categories } };
  };

  it('is as unlikely as a machine and a country are on a job that never had either, by the rule of succession', () => {
    const strengthOf = (before: Baseline) => measure.strength(reading(before, 3, { network: LAPTOP }));

    expect(strengthOf(known())).toBeCloseTo(Math.log10(26 * 26), 9);
    expect(strengthOf(known(['device', 4], ['device', 8], ['store', 24]))).toBeCloseTo(Math.log10((26 / 13) * 26), 9);
    expect(strengthOf(known(['device', 20], ['device', 20]))).toBeCloseTo(Math.log10((26 / 25) * 26), 9);
  });

  it('says what was seen and on how many days that was so before', () => {
    expect(measure.explain(reading(job, 3, { network: LAPTOP })).text).toBe(
      "3 reads by a service on device d-9f3a from CN; it had a person's machine or place on 0 of 24 active days",
    );
    const textOf = (before: Baseline, network: AccessEvent['network']) =>
      measure.explain(reading(before, 1, { network })).text;
    expect(textOf(known(['device', 2]), LAPTOP)).toMatch(/ on 2 of 24 active days$/);
    expect(textOf(known(['country', 3]), LAPTOP)).toMatch(/ on 3 of 24 active days$/);
    expect(textOf(job, { ...CLOUD, deviceId: 'd-9f3a' })).toMatch(/ on device d-9f3a; /);
  });
});
