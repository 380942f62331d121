import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { applyAdjudication } from '../../shared/pipeline/apply-adjudication.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { applyLateLinks } from '../../shared/pipeline/apply-late-links.ts';
import { keepEvidence } from '../../shared/pipeline/keep-evidence.ts';
import type { SubjectHit } from '../../shared/pipeline/links.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const SCORING = aScoringContext({ alertsPerDay: 8 });
const position = (sequenceNumber: bigint) => ({ shard: 'shard-1', sequenceNumber });

const refusal = (id: string, minute: number, changes: AccessEventChanges = {}) =>
  anAccess({
    id,
    time: timeOn(0, 10, minute),
    outcome: 'denied',
    subjects: { region: 'US', count: 1, ids: [`us-${id}`] },
    ...changes,
  });
const hitOf = ({ subjectHashes }: Access, actorId = 'e-9'): SubjectHit => ({
  kind: 'subject',
  subject: subjectHashes[0] ?? '',
  actorId,
});
const take = (baseline: Baseline | undefined, ...accesses: readonly Access[]) =>
  accesses.reduce<Baseline | undefined>(
    (before, access) => applyEvent(before, access, undefined, SCORING).baseline,
    baseline,
  );
/** Three users, refused and then looked at by somebody else: taken together, no coincidence. */
const THREE = [1, 2, 3].map((minute) => refusal(`r-${minute}`, minute));
const [, , LATEST = refusal('none', 0)] = THREE;
const since = THREE[0]?.time ?? 0;
const ALL_THREE = { access: LATEST, since, hits: THREE.map((access) => hitOf(access)) };

describe('links that are found late', () => {
  it('raise what they would have raised on time, about the same accesses', () => {
    const before = aSettledBaseline();
    let onTime: ReturnType<typeof applyEvent> | undefined;
    let stored: Baseline | undefined = before;
    for (const access of THREE) {
      onTime = applyEvent(stored, access, undefined, SCORING, [hitOf(access)]);
      stored = onTime.baseline;
    }

    const late = applyLateLinks(take(before, ...THREE), ALL_THREE, undefined, SCORING);

    if (onTime?.kind !== 'applied' || late.kind !== 'applied') throw new Error('not applied');
    const { alert } = late;
    expect(alert).toMatchObject({
      severity: onTime.alert?.severity,
      score: onTime.alert?.score,
      relatedEmployees: ['e-9'],
      signals: [{ signal: 'proxy-pull', observed: 3, share: 1 }],
      time: LATEST && new Date(LATEST.time).toISOString(),
    });
    expect(alert?.signals[0]?.text).toBe('3 US users refused here and read by e-9 within two hours');
    expect(late.baseline.sitting).toEqual(onTime.baseline.sitting);
    expect(late.baseline.day).toEqual(onTime.baseline.day);
    expect(late.baseline.episode?.outcome).toBeUndefined();
  });

  it('count nothing twice and learn nothing', () => {
    const stored = take(aSettledBaseline(), ...THREE);

    const { baseline } = applyLateLinks(stored, ALL_THREE, undefined, SCORING);

    const { linkedSubjects, ...sitting } = baseline.sitting;
    const { linkedSubjects: none, ...before } = stored?.sitting ?? baseline.sitting;
    expect(sitting).toEqual(before);
    expect([none, linkedSubjects.length]).toEqual([[], 3]);
    expect(baseline.habits).toEqual(stored?.habits);
    expect(baseline.refusals).toEqual(stored?.refusals);
    expect(baseline.recent).toEqual(stored?.recent);
    expect(baseline.version).toBe((stored?.version ?? 0) + 1);
    expect(() => encodeBaseline(baseline)).not.toThrow();
  });

  it('change nothing a second time, and move the fence', () => {
    const first = applyLateLinks(take(aSettledBaseline(), ...THREE), ALL_THREE, position(7n), SCORING);

    const again = applyLateLinks(first.baseline, ALL_THREE, position(8n), SCORING);
    const fenced = applyLateLinks(first.baseline, ALL_THREE, position(7n), SCORING);

    expect(again.kind).toBe('duplicate');
    expect({ ...again.baseline, fences: first.baseline.fences }).toEqual(first.baseline);
    expect(again.baseline.fences[0]).toEqual(position(8n));
    expect(fenced).toEqual({ kind: 'fenced', baseline: first.baseline });
  });

  it('join those that were met before in the sitting that runs', () => {
    const [first = LATEST, second = LATEST, third = LATEST] = THREE;
    const met = applyEvent(take(aSettledBaseline(), first, second), third, undefined, SCORING, [hitOf(third)]);

    const late = applyLateLinks(
      met.baseline,
      { access: second, since, hits: [hitOf(first), hitOf(second, 'e-8')] },
      undefined,
      SCORING,
    );

    if (late.kind !== 'applied') throw new Error('not applied');
    expect(late.baseline.sitting.linkedSubjects).toHaveLength(3);
    expect(late.alert?.signals[0]).toMatchObject({ signal: 'proxy-pull', observed: 3 });
    expect(late.alert?.signals[0]?.text).toContain('read by others within two hours, e-9, e-8 among these');
  });

  it('are judged by themselves where their sitting is over, and leave the one that runs alone', () => {
    const later = anAccess({ id: 'later', time: timeOn(0, 15) });
    const stored = take(aSettledBaseline(), ...THREE, later);

    const late = applyLateLinks(stored, ALL_THREE, undefined, SCORING);
    if (late.kind !== 'applied') throw new Error('not applied');
    expect(late.alert?.signals[0]).toMatchObject({ signal: 'proxy-pull', observed: 3 });
    expect(late.baseline.sitting).toEqual(stored?.sitting);
    // It can't be known that it was said before, but its case was told.
    const again = applyLateLinks(late.baseline, ALL_THREE, undefined, SCORING);
    expect(again).toMatchObject({ kind: 'applied', alert: undefined });
    expect(again.baseline).toEqual({ ...late.baseline, version: late.baseline.version + 1 });
  });

  it('show no access of another sitting than theirs, and leave its evidence to that one', () => {
    const shown = refusal('x-1', 0, {
      time: timeOn(0, 15),
      ...{ subjects: { region: 'US', count: 1, ids: ['us-x'] } },
    });
    const odd = applyEvent(take(aSettledBaseline(), ...THREE), shown, undefined, SCORING, [
      hitOf(shown),
      hitOf(LATEST),
    ]);
    const stored = { ...odd.baseline, evidence: keepEvidence([], shown) };

    const late = applyLateLinks(stored, ALL_THREE, undefined, SCORING);

    if (late.kind !== 'applied') throw new Error('not applied');
    expect(late.alert?.events.map(({ id }) => id)).toEqual([LATEST.id]);
    expect(late.alert?.lastEventTime).toBe(new Date(LATEST.time).toISOString());
    expect(late.baseline.evidence).toEqual(stored.evidence);
  });

  it('are not made worse by what runs today', () => {
    const today = Array.from({ length: 8 }, (_, i) =>
      refusal(`today-${i}`, i, { time: timeOn(0, 15, i), resource: { dataset: `set-${i}`, dataClass: 'internal' } }),
    );
    const [first = LATEST] = THREE;
    const one = { access: first, since, hits: [hitOf(first)] };
    const stored = take(aSettledBaseline(), ...THREE, anAccess({ id: 'later', time: timeOn(0, 14) }));
    const busy = take(stored, ...today);
    if (!busy) throw new Error('nothing was taken');

    expect(applyLateLinks(stored, one, undefined, SCORING)).toMatchObject({ alert: undefined });
    expect(applyLateLinks({ ...busy, episode: undefined }, one, undefined, SCORING)).toMatchObject({
      alert: undefined,
    });
  });

  it('of a sitting that was confirmed are not a new case with each user more, unless they are worth telling again', () => {
    const users = Array.from({ length: 8 }, (_, i) => refusal(`u-${i}`, i));
    let stored = take(aSettledBaseline(), ...users, anAccess({ id: 'later', time: timeOn(0, 15) }));
    let cases = 0;
    for (let count = 2; count <= users.length; count++) {
      const some = users.slice(0, count);
      const late = {
        access: some.at(-1) ?? LATEST,
        since: users[0]?.time ?? 0,
        hits: some.map((access) => hitOf(access)),
      };
      const applied = applyLateLinks(stored, late, undefined, SCORING);
      stored = applied.baseline;
      if (applied.kind !== 'applied' || !applied.alert) continue;
      cases++;
      const { alertId } = applied.alert;
      stored = applyAdjudication(stored, { alertId, verdict: 'confirmed' }, [], undefined).baseline;
    }

    expect(cases).toBeGreaterThan(0);
    expect(cases).toBeLessThan(5);
  });

  it('open a case of their own where the first of the sitting was told of and is over', () => {
    const [first = LATEST, second = LATEST] = THREE;
    const later = anAccess({ id: 'later', time: timeOn(0, 15) });
    const two = { access: LATEST, since, hits: [hitOf(first), hitOf(second)] };
    const low = aScoringContext({ alertsPerDay: 100 });
    const told = applyLateLinks(take(aSettledBaseline(), ...THREE, later), two, undefined, low);
    const lapsed = { ...told.baseline, episode: undefined };

    const more = applyLateLinks(lapsed, ALL_THREE, undefined, low);

    if (told.kind !== 'applied' || more.kind !== 'applied') throw new Error('not applied');
    expect(told.alert?.alertId).toBeDefined();
    expect(more.alert?.alertId).toBeDefined();
    expect(more.alert?.alertId).not.toBe(told.alert?.alertId);
  });

  it('open no case anew when they are said again after theirs was confirmed', async () => {
    const stored = take(aSettledBaseline(), ...THREE, anAccess({ id: 'later', time: timeOn(0, 15) }));
    const late = applyLateLinks(stored, ALL_THREE, undefined, SCORING);
    const settlement = { alertId: late.baseline.episode?.alertId ?? '', verdict: 'confirmed' as const };
    const confirmed = applyAdjudication(late.baseline, settlement, [], undefined).baseline;

    expect(applyLateLinks(confirmed, ALL_THREE, undefined, SCORING)).toEqual({
      kind: 'duplicate',
      baseline: confirmed,
    });
  });

  it('leave the day alone that began after theirs', () => {
    const stored = take(aSettledBaseline(), ...THREE, anAccess({ id: 'next day', time: timeOn(1, 9) }));

    const { baseline } = applyLateLinks(stored, ALL_THREE, undefined, SCORING);

    expect(baseline.day).toEqual(stored?.day);
    expect(baseline.closedDays).toEqual(stored?.closedDays);
  });

  it('show the refusal once, which may be evidence already', () => {
    const odd = aScoringContext({ alertsPerDay: 8, requireApproval: [] });
    // Longer than evidence keeps.
    const [first = LATEST, second = LATEST, third = LATEST] = THREE.map((access) => ({
      ...access,
      id: access.id.padEnd(200, '-'),
    }));
    const before = [first, second, third].reduce<Baseline | undefined>(
      (known, access) => applyEvent(known, access, undefined, odd, [hitOf(access)]).baseline,
      aSettledBaseline(),
    );
    expect(before?.evidence).toHaveLength(3);

    const fourth = refusal('r-4', 4);
    const late = applyLateLinks(take(before, fourth), { access: third, since, hits: [hitOf(fourth)] }, undefined, odd);

    const ids = late.baseline.evidence.map(({ id }) => id);
    expect(ids.filter((id) => id.slice(0, 9) === third.id.slice(0, 9))).toHaveLength(1);
    expect(ids).toHaveLength(3);
  });

  it('say nothing of somebody who was seen more than a week after', () => {
    const weeksLater = anAccess({ id: 'later', time: timeOn(9, 10) });
    const stored = take(aSettledBaseline(), ...THREE, weeksLater);

    expect(applyLateLinks(stored, ALL_THREE, undefined, SCORING)).toEqual({ kind: 'duplicate', baseline: stored });
  });
});
