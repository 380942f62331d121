import { describe, expect, it } from 'vitest';
import { type Baseline, type Episode, NO_SITTING, type Pace } from '../../shared/model/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { type ChannelMinima, decide } from '../../shared/pipeline/decide.ts';
import { observePace } from '../../shared/pipeline/observe-pace.ts';
import type { Verdict } from '../../shared/pipeline/score.ts';
import { MEASURES } from '../../shared/signals/index.ts';
import { FAMILIES, type Family } from '../../shared/signals/signal.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { anAccess, anEnrichmentContext } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const THRESHOLD = 3;
const settled = aSettledBaseline();
const context = anEnrichmentContext({ settings: { ...DEFAULT_SETTINGS, requireApproval: ['precise-geolocation'] } });
const BREACH = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };
/** Told of everything from the lowest severity on, so that no channel hears of a case for the first time. */
const EVERYTHING = { emailMinimumSeverity: 'low', slackMinimumSeverity: 'low' } as const;

/** A score that these families make up. */
function verdictOf(score: number, families: readonly Family[] = ['amount'], level = 4): Verdict {
  const contributions = families.map((family) => {
    const placed = MEASURES.find((measure) => FAMILIES[measure.family] === family);
    if (!placed) throw new Error(`nothing measures ${family}`);
    return { placed, level, evidence: level - 0.8 };
  });
  return { strengths: [], contributions, evidence: score, score };
}
const accessAt = (time: string, changes: AccessEventChanges = {}) => anAccess({ time, ...changes }, context);
function decideAt(
  episode: Episode | undefined,
  verdict: Verdict,
  {
    time = timeOn(0),
    changes = {} as AccessEventChanges,
    minima = EVERYTHING as ChannelMinima,
    threshold = THRESHOLD,
    sitting = {} as Partial<Baseline['sitting']>,
  } = {},
) {
  const access = accessAt(time, changes);
  const running = {
    ...NO_SITTING,
    start: access.time,
    last: access.time,
    reads: 1,
    protectedReads: 1,
    unapproved: 1,
    protectedSubjects: 1,
  };
  const baseline: Baseline = { ...settled, episode, sitting: { ...running, ...sitting } };
  return decide(deepFreeze(baseline), access, deepFreeze(verdict), threshold, minima);
}
/** The rhythm of so many look-ups of one user each. */
function paceOf(lookups: number, user: (i: number) => string): Pace | undefined {
  const accesses = Array.from({ length: lookups }, (_, i) =>
    accessAt(timeOn(0, 9, 0, i), { subjects: { region: 'US', count: 1, ids: [user(i)] } }),
  );
  return accesses.reduce<Pace | undefined>(observePace, undefined);
}
/** The episode that a score opens at ten on Monday. */
function opened(score: number, families?: readonly Family[]): Episode {
  const { episode } = decideAt(undefined, verdictOf(score, families));
  if (!episode) throw new Error('nothing opened');
  return episode;
}

describe('a case', () => {
  it('is opened at the threshold and not below it, and takes the sitting that led there along', () => {
    expect(decideAt(undefined, verdictOf(2.99))).toEqual({ episode: undefined, tell: false, severity: 'low' });
    expect(
      decideAt(undefined, verdictOf(3), { sitting: { protectedReads: 9, unapproved: 7, protectedSubjects: 12 } }),
    ).toMatchObject({
      tell: true,
      severity: 'low',
      episode: { revision: 1, withApproval: 2, withoutApproval: 7, subjects: 12, toldScore: 3 },
    });
  });

  it.each([
    [3, 'low'],
    [3.99, 'low'],
    [4, 'medium'],
    [4.99, 'medium'],
    [5, 'high'],
    [6, 'critical'],
    [60, 'critical'],
  ] as const)('with a score of %d over a threshold of 3 is %s', (score, severity) => {
    expect(decideAt(undefined, verdictOf(score)).severity).toBe(severity);
  });

  it('is named by its subject and the event that opened it', () => {
    const { alertId } = opened(4);

    expect(opened(5).alertId).toBe(alertId);
    expect(decideAt(undefined, verdictOf(4), { changes: { id: 'other' } }).episode?.alertId).not.toBe(alertId);
    // The same id and time, by accident or so that it passes for what was judged already.
    expect(decideAt(undefined, verdictOf(4), { changes: { action: 'export' } }).episode?.alertId).not.toBe(alertId);
    expect(decideAt(undefined, verdictOf(4), { changes: { actor: { id: 'e-00091' } } }).episode?.alertId).not.toBe(
      alertId,
    );
  });

  it('is never opened by an access that nothing is odd about, however many alerts a day are asked for', () => {
    for (const region of ['US', 'GB'])
      expect(
        decideAt(undefined, verdictOf(0, []), { threshold: -0.5, changes: { subjects: { region } } }),
      ).toMatchObject({ episode: undefined, tell: false });
  });

  it('is opened by a faint score too, where so many alerts a day are asked for', () => {
    expect(decideAt(undefined, verdictOf(0.5), { threshold: 0.4 })).toMatchObject({ tell: true, severity: 'low' });
  });

  it('counts the protected reads that follow, those with a ticket apart, and nothing else', () => {
    let episode: Episode | undefined = opened(4);
    for (const changes of [
      { subjects: { region: 'US', count: 5 } },
      { approval: { ticket: 'T-1' } },
      { outcome: 'denied' as const },
      { subjects: { region: 'GB', count: 50 } },
    ])
      episode = decideAt(episode, verdictOf(0, []), { time: timeOn(0, 11), changes }).episode;

    expect(episode).toMatchObject({ revision: 1, withApproval: 1, withoutApproval: 2, subjects: 7 });
  });

  it('ends after a day without new evidence: the next one is another', () => {
    const first = opened(4);
    const later = (hour: number, minute: number) => decideAt(first, verdictOf(4), { time: timeOn(1, hour, minute) });

    expect(later(9, 59)).toMatchObject({ tell: false, episode: { alertId: first.alertId } });
    expect(later(10, 0)).toMatchObject({ tell: true, episode: { revision: 1 } });
    expect(decideAt(first, verdictOf(0, []), { time: timeOn(1, 10) }).episode).toBeUndefined();
  });
});

describe('an open case', () => {
  const again = (episode: Episode, score: number, families?: readonly Family[], options = {}) =>
    decideAt(episode, verdictOf(score, families), { time: timeOn(0, 10, 5), ...options });

  it.each([
    ['by a point and by half', 3, 4.5, true],
    ['by half, not by a point', 1.8, 2.75, false],
    ['by a point, not by half', 4, 5.5, false],
    ['hardly', 4, 4.2, false],
  ] as const)('whose score grew %s is told again: from %d to %d, %s', (_, from, to, tell) => {
    const first = decideAt(undefined, verdictOf(from), { threshold: 1 }).episode;

    expect(decideAt(first, verdictOf(to), { threshold: 1, time: timeOn(0, 10, 5) }).tell).toBe(tell);
  });

  it('is told again when a new family joins and the score grew by half a point', () => {
    const first = opened(4);

    expect(again(first, 4.5, ['amount', 'time'])).toMatchObject({ tell: true, episode: { revision: 2 } });
    expect(again(first, 4.3, ['amount', 'time']).tell).toBe(false);
    expect(again(first, 4.5, ['amount']).tell).toBe(false);
  });

  it('takes a family for new only when it is odd by itself', () => {
    const faint = {
      ...verdictOf(4.5),
      contributions: [...verdictOf(4).contributions, ...verdictOf(1, ['time'], 1.9).contributions],
    };

    expect(decideAt(opened(4), faint, { time: timeOn(0, 10, 5) }).tell).toBe(false);
  });

  it('is told again when a breach of policy joins, whatever the score', () => {
    const joined = again(opened(4), 1, [], { changes: BREACH });

    expect(joined).toMatchObject({ tell: true, severity: 'high' });
    expect(decideAt(joined.episode, verdictOf(1, []), { time: timeOn(0, 10, 6), changes: BREACH }).tell).toBe(false);
  });

  it('is told again when it becomes severe enough for a channel that was not told', () => {
    const creeps = { minima: { ...DEFAULT_SETTINGS, emailMinimumSeverity: 'medium' as const } };

    expect(again(opened(3.9), 4, ['amount'], creeps).tell).toBe(true);
    expect(again(opened(3.9), 4, ['amount']).tell).toBe(false);
    expect(again(opened(4), 5, ['amount'], creeps).tell).toBe(false);
  });

  it('is not told again while it stays below what every channel wants', () => {
    const wanting = { minima: { emailMinimumSeverity: 'high', slackMinimumSeverity: 'high' } as const };

    expect(again(opened(3.9), 4, ['amount'], wanting).tell).toBe(false);
  });

  it('weighs half as much two days later, so that it hides no new attack', () => {
    // Evidence a day keeps the case open; what people were told of it is from Monday.
    const kept = [timeOn(0, 9), timeOn(1, 8)].reduce<Episode | undefined>(
      (episode, time) => decideAt(episode, verdictOf(6), { time }).episode,
      undefined,
    );

    expect(kept?.revision).toBe(1);
    const onTuesday = decideAt(kept, verdictOf(6), { time: timeOn(1, 12) });
    const onWednesday = decideAt(kept, verdictOf(5), { time: timeOn(2, 7, 59) });
    expect(onTuesday.tell).toBe(false);
    expect(onWednesday).toMatchObject({ tell: true, episode: { revision: 2, alertId: kept?.alertId } });
  });

  it('weighs in full again from when it was last told', () => {
    const told = decideAt(opened(4), verdictOf(6), { time: timeOn(1, 9) }).episode;

    expect(told?.revision).toBe(2);
    // Two days after the first telling the second one still weighs more than half.
    const kept = decideAt(told, verdictOf(6), { time: timeOn(2, 8) }).episode;
    expect(decideAt(kept, verdictOf(5.5), { time: timeOn(2, 12) }).tell).toBe(false);
  });

  it('weighs no more for an access of before it was told', () => {
    const late = { time: timeOn(-4), changes: { id: 'late' } };

    expect(decideAt(opened(4), verdictOf(6), late).tell).toBe(true);
  });

  it('never lowers what people were told of it', () => {
    const worse = again(opened(7), 7.5, ['amount', 'time']);
    const milder = decideAt(worse.episode, verdictOf(3.1, ['novelty']), { time: timeOn(0, 11), changes: BREACH });

    expect(milder).toMatchObject({ tell: true, severity: 'critical' });
    expect(milder.episode?.toldScore).toBeGreaterThan(7);
  });
});

describe('a breach of policy', () => {
  const breach = (changes: AccessEventChanges = {}, sitting = {}) =>
    decideAt(undefined, verdictOf(0, []), { changes: { ...BREACH, ...changes }, sitting }).severity;

  it('is told at once and high, and critical where it exports or touches more than a hundred users', () => {
    expect(decideAt(undefined, verdictOf(0, []), { changes: BREACH }).tell).toBe(true);
    expect(breach()).toBe('high');
    expect(breach({ subjects: { region: 'US', count: 100 } })).toBe('high');
    expect(breach({ subjects: { region: 'US', count: 101 } })).toBe('critical');
    expect(breach({ action: 'export' })).toBe('critical');
  });

  it('is no worse where nothing else is odd, however many alerts a day are asked for', () => {
    expect(decideAt(undefined, verdictOf(0, []), { threshold: -3.5, changes: BREACH }).severity).toBe('high');
  });

  it('touches more users neither by the same page opened again nor by the same user read again', () => {
    const page = { ...BREACH, subjects: { region: 'US', count: 51 } };
    const first = decideAt(undefined, verdictOf(0, []), { changes: page });

    expect(decideAt(first.episode, verdictOf(0, []), { changes: page, sitting: { protectedSubjects: 102 } })).toEqual(
      expect.objectContaining({ tell: false, severity: 'high' }),
    );
    expect(breach({}, { protectedSubjects: 200, pace: paceOf(200, () => 'us-4f2') })).toBe('high');
  });

  it('is critical where a list of users is read one by one', () => {
    expect(breach({}, { pace: paceOf(200, (i) => `us-${i}`) })).toBe('critical');
  });

  it.each([
    ['has a live ticket', { approval: { ticket: 'T-1' } }],
    ['was refused', { outcome: 'denied' }],
    ['is of another class', { resource: { dataClass: 'covered-personal-identifiers' } }],
    ['comes from a country that is of no concern', { actor: { id: 'e-00091' }, network: { ip: '103.1.1.1' } }],
    ['comes from staff who reside at home', { actor: { id: 'e-00007' }, network: { ip: '8.8.8.8' } }],
  ] as const)('is none where the read %s', (_, changes) => {
    expect(decideAt(undefined, verdictOf(0, []), { changes: { ...BREACH, ...changes } }).tell).toBe(false);
  });
});
