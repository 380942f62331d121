import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { type Baseline, NO_VERDICTS } from '../../shared/model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../../shared/model/baseline-codec.ts';
import type { CaseOutcome } from '../../shared/model/case.ts';
import { type HeldWindow, joinWindows } from '../../shared/model/held-window.ts';
import { applyAdjudication } from '../../shared/pipeline/apply-adjudication.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anAccess, anEnrichmentContext } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const settings = { alertsPerDay: 2, requireApproval: ['precise-geolocation'] };
const scoring = aScoringContext(settings);
const enrichment = anEnrichmentContext({ settings: scoring.settings });

/** One actor's story: accesses and verdicts, in order. */
function aStory() {
  let baseline: Baseline = deepFreeze(aSettledBaseline());
  const alerts: Alert[] = [];
  const held = new Map<string, readonly HeldWindow[]>();
  const take = (id: string, time: string, changes: AccessEventChanges = {}): Alert | undefined => {
    const result = applyEvent(baseline, anAccess({ id, time, ...changes }, enrichment), undefined, scoring);
    if (result.kind !== 'applied') throw new Error(`${id} is ${result.kind}`);
    baseline = deepFreeze(result.baseline);
    if (result.alert) alerts.push(result.alert);
    if (result.held) {
      const { alertId, windows } = result.held;
      held.set(alertId, joinWindows(held.get(alertId) ?? [], windows));
    }
    return result.alert;
  };
  return {
    take,
    /** So many reads, one in twenty seconds; five an hour are usual for this person. @returns what was told of them */
    burst: (day: number, hour = 10, reads = 60) =>
      Array.from({ length: reads }, (_, i) => take(`b-${day}-${hour}-${i}`, timeOn(day, hour, 0, i * 20))).flatMap(
        (alert) => alert ?? [],
      ),
    judge: (alertId: string, verdict: CaseOutcome) => {
      const result = applyAdjudication(baseline, { alertId, verdict }, held.get(alertId) ?? [], undefined);
      baseline = deepFreeze(result.baseline);
      return result.kind;
    },
    baseline: () => baseline,
    held: (alertId: string) => held.get(alertId) ?? [],
    /** The cases opened, oldest first. */
    cases: () => [...new Set(alerts.map(({ alertId }) => alertId))],
  };
}

const sittingsOf = ({ habits }: Baseline) => habits.sittings;

/** A burst on Monday, and ordinary work on Tuesday and Wednesday, which closes Monday's windows. */
function burstAndAfter() {
  const story = aStory();
  story.burst(0);
  const [alertId = ''] = story.cases();
  const before = story.baseline();
  for (const day of [2, 3]) story.take(`work-${day}`, timeOn(day));
  return { story, alertId, before };
}

describe('windows that people were alerted about', () => {
  it('are held back under their case, whole, and not learned', () => {
    const { story, alertId, before } = burstAndAfter();

    expect(story.cases()).toEqual([alertId]);
    expect(story.held(alertId).map(({ kind }) => kind)).toEqual(['sitting', 'day']);
    expect(story.held(alertId)[0]).toMatchObject({ sitting: { reads: 60 } });
    expect(story.held(alertId)[1]).toMatchObject({ day: { protectedReads: 60 } });
    // Wednesday's one read is the usual one; Monday's sixty are not in.
    expect(story.baseline().habits.dayReads).toEqual({ ...before.habits.dayReads, n: before.habits.dayReads.n + 1 });
  });

  it.each(['dismissed', 'expired'] as const)('are learned when the case is %s, as any other window is', (verdict) => {
    const { story, alertId, before } = burstAndAfter();
    const unlearned = story.baseline();

    expect(story.judge(alertId, verdict)).toBe('applied');

    const { habits } = story.baseline();
    expect(sittingsOf(story.baseline())).toBeCloseTo(sittingsOf(unlearned) + 1, 5);
    expect(habits.activeDays).toBe(unlearned.habits.activeDays + 1);
    expect(habits.dayReads.mean).toBeGreaterThan(before.habits.dayReads.mean);
    // Winsorised: far less than sixty reads came in.
    expect(habits.dayReads.mean).toBeLessThan(before.habits.dayReads.mean + 1);
  });

  it('are never learned when the case is confirmed', () => {
    const { story, alertId } = burstAndAfter();
    const { habits } = story.baseline();

    story.judge(alertId, 'confirmed');

    expect(story.baseline().habits).toEqual(habits);
  });

  it('are learned once, however often the verdict comes', () => {
    const { story, alertId } = burstAndAfter();
    story.judge(alertId, 'dismissed');
    const once = story.baseline();

    expect(story.judge(alertId, 'dismissed')).toBe('duplicate');
    expect(story.judge(alertId, 'confirmed')).toBe('duplicate');

    expect(story.baseline()).toEqual(once);
  });

  it('are learned once, though the verdict comes again when four later ones are all that is remembered', () => {
    const { story, alertId } = burstAndAfter();
    story.judge(alertId, 'dismissed');
    for (const later of ['a', 'b', 'c', 'd']) story.judge(later.repeat(16), 'dismissed');
    const { habits } = story.baseline();

    expect(story.judge(alertId, 'dismissed')).toBe('applied');
    expect(story.baseline().habits).toEqual(habits);
  });

  it('are not learned where another fold held them, of accesses that this baseline never took', () => {
    const { story, alertId } = burstAndAfter();
    const [sitting, day] = story.held(alertId);
    if (sitting?.kind !== 'sitting' || !day) throw new Error('nothing is held');
    const foreign = { ...sitting, sitting: { ...sitting.sitting, reads: 61 } };

    const settlement = { alertId, verdict: 'dismissed' } as const;
    const { baseline } = applyAdjudication(story.baseline(), settlement, [foreign, sitting, day], undefined);

    story.judge(alertId, 'dismissed');
    expect(baseline).toEqual(story.baseline());
  });

  it('are skipped by the fence when the verdict is delivered again', () => {
    const { story, alertId } = burstAndAfter();
    const windows = story.held(alertId);
    const position = { shard: '00000000000000aa', sequenceNumber: 7n };
    const settlement = { alertId, verdict: 'dismissed' as const };

    const once = applyAdjudication(story.baseline(), settlement, windows, position);
    const again = applyAdjudication(once.baseline, settlement, windows, position);

    expect([once.kind, again.kind]).toEqual(['applied', 'fenced']);
    expect(again.baseline).toBe(once.baseline);
    expect(once.baseline.fences).toEqual([position]);
    expect(once.baseline.version).toBe(story.baseline().version + 1);
  });

  it('are learned as they close when the verdict came before, and dropped when it confirmed', () => {
    const learnedAfter = (verdict: CaseOutcome) => {
      const story = aStory();
      story.burst(0);
      const [alertId = ''] = story.cases();
      story.judge(alertId, verdict);
      const before = story.baseline();
      for (const day of [2, 3]) story.take(`work-${day}`, timeOn(day));
      expect(story.held(alertId)).toEqual([]);
      return sittingsOf(story.baseline()) - sittingsOf(before);
    };

    // Tuesday's own sitting is learned either way.
    expect(learnedAfter('dismissed')).toBeCloseTo(2, 5);
    expect(learnedAfter('confirmed')).toBeCloseTo(1, 5);
  });
});

describe('after its verdict, a case', () => {
  it.each(['dismissed', 'confirmed', 'expired'] as const)(
    'that was %s is not raised again by the rest of the same sitting',
    (verdict) => {
      const story = aStory();
      story.burst(0, 10, 49);
      const [alertId = ''] = story.cases();

      story.judge(alertId, verdict);
      for (let i = 0; i < 5; i++) expect(story.take(`more-${i}`, timeOn(0, 10, 21, i))).toBeUndefined();

      expect(story.cases()).toEqual([alertId]);
    },
  );

  it('that was dismissed is not raised again by the same on the same day', () => {
    const story = aStory();
    story.burst(0);
    story.judge(story.cases()[0] ?? '', 'dismissed');

    expect(story.burst(0, 15, 10)).toEqual([]);
  });

  it('that was dismissed hides nothing that is far worse: that is a new case', () => {
    const story = aStory();
    story.burst(0, 10, 25);
    const [first = ''] = story.cases();
    story.judge(first, 'dismissed');

    const [alert] = story.burst(0, 15, 120);

    expect(alert).toMatchObject({ revision: 1 });
    expect(alert?.alertId).not.toBe(first);
    expect(story.baseline().episode?.outcome).toBeUndefined();
  });

  it('that was dismissed hides no later breach of policy', () => {
    const story = aStory();
    const breach = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };
    const [first] = [story.take('breach-1', timeOn(0, 10), breach)];
    story.judge(first?.alertId ?? '', 'dismissed');

    expect(story.take('breach-2', timeOn(0, 10, 5), breach)).toBeUndefined();
    expect(story.take('breach-3', timeOn(0, 15), breach)).toMatchObject({ revision: 1, severity: 'high' });
  });

  it('that was confirmed covers nothing of another sitting: whoever goes on is a new case', () => {
    const story = aStory();
    story.burst(0);
    const [first = ''] = story.cases();
    story.judge(first, 'confirmed');

    story.burst(0, 15);

    expect(story.cases()).toHaveLength(2);
  });

  it('is over a day later: the same again is a new case', () => {
    const story = aStory();
    story.burst(0);
    story.judge(story.cases()[0] ?? '', 'dismissed');

    story.burst(2);

    expect(story.cases()).toHaveLength(2);
  });
});

describe('the stored form of verdicts', () => {
  it.each(['dismissed', 'confirmed', 'expired'] as const)('comes back as it was, here %s', (verdict) => {
    const { story, alertId } = burstAndAfter();
    story.burst(4);
    story.judge(alertId, 'dismissed');
    story.judge(story.cases().at(-1) ?? '', verdict);

    expect(story.baseline().verdicts.settled).toHaveLength(2);
    expect(decodeBaseline(encodeBaseline(story.baseline()))).toEqual(story.baseline());
  });

  it('costs nothing where there are none, and is what releases before them can read', () => {
    const { story, alertId } = burstAndAfter();
    const plain = { ...story.baseline(), verdicts: NO_VERDICTS };
    story.judge(alertId, 'confirmed');
    const judged = { ...story.baseline(), version: plain.version };

    const [short, long] = [encodeBaseline(plain), encodeBaseline(judged)];

    expect([...long.slice(0, short.length)]).toEqual([...short]);
    expect(long.length - short.length).toBeLessThan(20);
  });
});
