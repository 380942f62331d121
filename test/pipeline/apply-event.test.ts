import { describe, expect, it } from 'vitest';
import { type Baseline, emptyMaxima } from '../../shared/model/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { aScoringContext, aSettledBaseline, QUIET } from '../factories/a-history.ts';
import { anEnrichmentContext } from '../factories/an-access.ts';
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
