import { describe, expect, it } from 'vitest';
import { type Baseline, emptyMaxima } from '../../shared/model/baseline.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { heldWindowMark } from '../../shared/model/held-window.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { strengthBucket } from '../../shared/stats/tail-curve.ts';
import { aScoringContext, aSettledBaseline, QUIET } from '../factories/a-history.ts';
import { addressIn, anAccess, anEnrichmentContext, aRow } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const settings = { ...DEFAULT_SETTINGS, ...QUIET, requireApproval: ['precise-geolocation'] };
const scoring = aScoringContext(settings);
const context = anEnrichmentContext({ settings });
const SHARD = '00000000000000aa';
const settled = aSettledBaseline();

function take(before: Baseline | undefined, changes: AccessEventChanges, arrival?: string, sequenceNumber?: bigint) {
  const event = anAccessEvent(changes);
  const access = enrich(event, Date.parse(event.time), context, Date.parse(arrival ?? event.time));
  const position = sequenceNumber === undefined ? undefined : { shard: SHARD, sequenceNumber };
  return applyEvent(before && deepFreeze(before), deepFreeze(access), position, scoring);
}
function applied(...taken: Parameters<typeof take>) {
  const result = take(...taken);
  if (result.kind !== 'applied') throw new Error(result.kind);
  return result;
}

describe('an access that comes more than seven days late', () => {
  const LATE = {
    id: 'late',
    time: timeOn(-9, 14),
    resource: { dataset: 'user.location', dataClass: 'precise-geolocation' },
    subjects: { region: 'US', count: 5_000 },
  };

  it('is told as the fact of policy that it is, with its own users and its own time', () => {
    const working = applied(settled, { time: timeOn(0, 9), approval: { ticket: 'T-1' } }).baseline;
    const { alert } = applied(working, LATE, timeOn(0));

    expect(alert).toMatchObject({
      severity: 'critical',
      time: LATE.time,
      firstEventTime: LATE.time,
      lastEventTime: LATE.time,
      subjectsTouched: { count: 5_000 },
      approvals: { with: 0, without: 1 },
    });
  });

  it('is told likewise of somebody of whom nothing else is known', () => {
    const { alert } = applied(undefined, LATE, timeOn(0));

    expect(alert).toMatchObject({ severity: 'critical', firstEventTime: LATE.time, approvals: { without: 1 } });
  });

  it('teaches nothing, even where nothing came since its day', () => {
    const { day } = settled;
    const before = { ...settled, day: { ...day, maxima: emptyMaxima(day.day) } };
    const late = { ...LATE, time: timeOn(-3, 14), resource: { dataset: 'billing.card' } };

    const { baseline, verdict } = applied(before, late, timeOn(5));

    expect(verdict.score).toBe(0);
    const { version, recent, updatedAt } = baseline;
    expect(baseline).toEqual({ ...before, version, recent, updatedAt });
  });

  it('is not covered by the verdict on a case that is younger', () => {
    const { resource } = LATE;
    const first = applied(settled, { id: 'now', resource }).baseline;
    if (!first.episode) throw new Error('no case');
    const judged: Baseline = { ...first, episode: { ...first.episode, outcome: 'dismissed' } };

    expect(applied(judged, { ...LATE, subjects: { region: 'US', count: 1 } }, timeOn(0, 11)).alert).toMatchObject({
      revision: 1,
    });
  });
});

describe('an access', () => {
  it('is applied once, however it comes again', () => {
    const once = applied(settled, { id: 'a' }, undefined, 5n).baseline;

    expect(take(once, { id: 'a' }, undefined, 5n)).toEqual({ kind: 'fenced', baseline: once });
    expect(take(once, { id: 'b' }, undefined, 4n)).toEqual({ kind: 'fenced', baseline: once });
    expect(take(once, { id: 'a' }, undefined, 6n)).toEqual({
      kind: 'duplicate',
      baseline: { ...once, fences: [{ shard: SHARD, sequenceNumber: 6n }] },
    });
  });

  it('is not another’s second delivery because the id is the same', () => {
    const once = applied(settled, { id: 'a' }).baseline;

    expect(take(once, { id: 'a', action: 'export' }).kind).toBe('applied');
  });

  it('is scored against what was known before it, and learned when its windows are over', () => {
    const { baseline } = applied(settled, { action: 'export' });

    expect(baseline.habits.categories.filter(({ attribute }) => attribute === 2)).toHaveLength(1);
    const tuesday = applied(baseline, { id: 'b', time: timeOn(1) }).baseline;
    expect(tuesday.habits.categories.filter(({ attribute }) => attribute === 2)).toHaveLength(2);
  });

  it('is a newcomer’s day for two weeks, in the company or in a team: it is scored and does not calibrate', () => {
    const settledOn = (day: number) => applied(settled, { time: timeOn(day) }).baseline.day.maxima.settled;
    const newcomer = applied(undefined, {}).baseline;
    const moved = { ...settled, peerGroup: 7 };

    expect(settledOn(0)).toBe(true);
    expect(newcomer.day.maxima).toMatchObject({ population: 1, settled: false });
    const joined = applied(moved, {}).baseline;
    expect(joined.day.maxima.settled).toBe(false);
    expect(applied(joined, { id: 'b', time: timeOn(13) }).baseline.day.maxima.settled).toBe(false);
    expect(applied(joined, { id: 'b', time: timeOn(14) }).baseline.day.maxima.settled).toBe(true);
  });
});

describe('the most that a day came to', () => {
  const ODD = { resource: { dataset: 'billing.card' }, network: { deviceId: 'd-x' }, action: 'export' } as const;

  it('is what its oddest access came to, whatever follows', () => {
    const { baseline, verdict } = applied(settled, { id: 'odd', time: timeOn(0, 3), ...ODD });
    const { maxima } = baseline.day;

    expect(maxima.evidence).toBeGreaterThan(0);
    expect(maxima.evidence).toBe(strengthBucket(verdict.evidence));
    const buckets = verdict.strengths.map((strength) => Math.max(0, strengthBucket(strength)));
    expect(maxima.strengths).toEqual(buckets.slice(0, buckets.findLastIndex((bucket) => bucket > 0) + 1));
    expect(maxima.strengths.length).toBeLessThan(buckets.length);
    const later = applied(baseline, { id: 'plain', time: timeOn(0, 15) });
    expect(later.verdict.evidence).toBeLessThan(verdict.evidence);
    expect(later.baseline.day.maxima).toMatchObject({ evidence: maxima.evidence, population: 1 });
    for (const [i, strength] of maxima.strengths.entries())
      expect(later.baseline.day.maxima.strengths[i]).toBeGreaterThanOrEqual(strength);
  });

  it('is nothing while no protected user was touched: such a day does not calibrate', () => {
    const { day } = applied(settled, { subjects: { region: 'GB' } }).baseline;

    expect(day.reads).toBe(1);
    expect(day.maxima).toEqual(emptyMaxima(day.day));
  });

  it('holds yesterday’s accesses that come after midnight, and nothing of the day before that', () => {
    const today = applied(settled, { time: timeOn(0) }).baseline;
    const yesterday = applied(today, { id: 'late', time: timeOn(-1, 3), ...ODD });
    const before = applied(today, { id: 'later', time: timeOn(-2, 3), ...ODD });

    expect(Math.max(...yesterday.verdict.strengths)).toBeGreaterThan(1);
    expect(Math.max(...yesterday.baseline.day.maxima.strengths)).toBeGreaterThan(0);
    expect(before.baseline.day.maxima).toEqual(today.day.maxima);
  });

  it('finds a data set that is new in what a nightly export brings, as if it had come at once', () => {
    const day = (start: Baseline, at: number, id: string, times: number) =>
      Array.from({ length: times }, (_, i) => i).reduce(
        (baseline, i) => applied(baseline, { id: `${id}-${i}`, time: timeOn(at, 3, i), ...ODD }).baseline,
        start,
      );
    const score = (baseline: Baseline, at: number) =>
      applied(baseline, { id: 'next', time: timeOn(at, 3, 30), ...ODD }).verdict.score;

    const atOnce = score(day(settled, 0, 'now', 10), 0);
    const nextDay = applied(settled, { id: 'next day', time: timeOn(1) }).baseline;
    expect(score(day(nextDay, 0, 'late', 10), 0)).toBeGreaterThan(0.8 * atOnce);
  });

  it('is that of staff at home, until they are seen abroad that day', () => {
    const austin = { actor: { id: 'e-00007' }, network: { ip: addressIn.US } };
    const atHome = applied(undefined, { id: 'home', ...austin }).baseline;
    const abroad = applied(atHome, { id: 'abroad', time: timeOn(0, 11), ...austin, network: { ip: addressIn.DE } });
    const back = applied(abroad.baseline, { id: 'back', time: timeOn(0, 12), ...austin });

    expect([atHome, abroad.baseline, back.baseline].map(({ day }) => day.maxima.population)).toEqual([2, 1, 1]);
  });

  it('does not calibrate for two weeks after the day from which the directory has somebody in their group', () => {
    const moved = { ...context, directory: buildDirectory([aRow({ effectiveFrom: Date.parse(timeOn(-13)) })]) };
    const settledOn = (day: number) =>
      applyEvent(settled, anAccess({ time: timeOn(day) }, moved), undefined, scoring).baseline.day.maxima.settled;

    expect([settledOn(0), settledOn(1)]).toEqual([false, true]);
  });
});

describe('windows that wait for a verdict', () => {
  const BREACH = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };
  const alerted = applied(settled, { id: 'breach', ...BREACH }).baseline;
  const nextDay = (waiting: readonly number[]) =>
    applied({ ...alerted, verdicts: { ...alerted.verdicts, waiting } }, { id: 'next', time: timeOn(1) });

  it('are remembered by their case and what they hold, the newest ten, each once', () => {
    const { held, baseline } = nextDay([]);
    if (!held) throw new Error('nothing is held');
    const marks = held.windows.map((window) => heldWindowMark(held.alertId, window));

    expect(held.windows.map(({ kind }) => kind)).toEqual(['sitting', 'day']);
    expect(baseline.verdicts.waiting).toEqual(marks);
    const older = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
    expect(nextDay(older).baseline.verdicts.waiting).toEqual([...marks, ...older.slice(0, 8)]);
    expect(nextDay([11, ...marks]).baseline.verdicts.waiting).toEqual([...marks, 11]);
  });
});

describe('the evidence of a case', () => {
  it('shows every breach of policy, also those that are not told', () => {
    const BREACH = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };
    const told = applied(settled, { id: 'first', ...BREACH });
    const again = applied(told.baseline, { id: 'second', time: timeOn(0, 10, 1), ...BREACH });

    expect([told.alert?.revision, again.alert]).toEqual([1, undefined]);
    expect(again.baseline.evidence.map(({ id }) => id)).toEqual(['first', 'second']);
  });
});
