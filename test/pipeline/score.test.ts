import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { NO_SHOCK } from '../../shared/model/snapshot.ts';
import { FAMILY_FLOOR, score, viewOf } from '../../shared/pipeline/score.ts';
import { MEASURES } from '../../shared/signals/index.ts';
import { FAMILIES, type View } from '../../shared/signals/signal.ts';
import { tailLevel } from '../../shared/stats/tail-curve.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { amongPeers, aView, reads } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const settled = aSettledBaseline();
const scoring = amongPeers(new Array(12).fill(settled));
const { snapshot } = scoring;

/** At night, on a data set and a machine that are new, more than ever: odd in many ways. */
const ODD: AccessEventChanges = {
  resource: { dataset: 'billing.card' },
  network: { ip: addressIn.DE, deviceId: 'd-x' },
};
const odd = (changes: AccessEventChanges = {}) =>
  aView(settled, reads(60, { ...ODD, ...changes }, { hour: 3 }), { scoring });
const under = (view: View, settings: Partial<Settings>): View => ({
  ...view,
  settings: { ...DEFAULT_SETTINGS, ...settings },
});
const signal = (name: keyof Settings['signals'], change: Partial<Settings['signals']['volume']>) => ({
  signals: { ...DEFAULT_SETTINGS.signals, [name]: { enabled: true, weight: 1, ...change } },
});
const partOf = (view: View, family: string) =>
  score(view, snapshot).contributions.find(({ placed }) => FAMILIES[placed.family] === family);
const indexOf = (name: string) => MEASURES.findIndex(({ measure }) => measure.name === name);

describe('a score', () => {
  it('is the strongest of each family above the floor, summed, and the sum measured by the calibration again', () => {
    const view = odd();
    const verdict = score(view, snapshot);

    const { measureCurve, evidence: sums } = snapshot.calibration.foreign;
    const strongest = FAMILIES.map((_, family) =>
      Math.max(
        0,
        ...MEASURES.filter((placed) => placed.family === family).map(({ measure, index }) => {
          const curve = measureCurve(index);
          const strength = measure.strength(view);
          if (!curve || strength <= 0) return 0;
          const usual = tailLevel(curve, (settled.habits.usual[index] ?? 0) / 10);
          const level = tailLevel(curve, strength) - (measure.ownBias ? Math.max(0, usual - 0.3) : 0);
          return Math.min(level, measure.mostLevel ?? level);
        }),
      ),
    );
    const evidence = strongest.reduce((sum, level) => sum + Math.max(0, level - FAMILY_FLOOR), 0);
    expect(verdict.contributions.length).toBeGreaterThanOrEqual(3);
    expect(verdict.evidence).toBeCloseTo(evidence, 9);
    expect(verdict.score).toBeCloseTo(tailLevel(sums, evidence), 9);
    expect(verdict.contributions.map((part) => part.evidence)).toEqual(
      verdict.contributions.map((part) => part.evidence).sort((a, b) => b - a),
    );
  });

  it('has one part a family, and none that happens one day in six', () => {
    const { contributions } = score(odd(), snapshot);

    expect(new Set(contributions.map(({ placed }) => placed.family)).size).toBe(contributions.length);
    expect(Math.min(...contributions.map(({ level }) => level))).toBeGreaterThan(FAMILY_FLOOR);
  });

  it('is nothing on an ordinary morning, and where no protected user is concerned', () => {
    expect(score(aView(settled, reads(1), { scoring }), snapshot).score).toBe(0);
    expect(score(odd({ subjects: { region: 'GB' } }), snapshot)).toEqual({
      strengths: [],
      contributions: [],
      evidence: 0,
      score: 0,
    });
  });

  it('leaves out a signal that is switched off, and weighs one as the settings say', () => {
    const view = odd();
    const level = partOf(view, 'time')?.level ?? 0;

    expect(level).toBeGreaterThan(1);
    expect(partOf(under(view, signal('odd-hours', { enabled: false })), 'time')).toBeUndefined();
    expect(
      score(under(view, signal('odd-hours', { enabled: false })), snapshot).strengths[indexOf('odd-hours.hour')],
    ).toBe(0);
    expect(partOf(under(view, signal('odd-hours', { weight: 0 })), 'time')).toBeUndefined();
    expect(partOf(under(view, signal('odd-hours', { weight: 2 })), 'time')?.level).toBeCloseTo(2 * level, 9);
  });

  it('judges people at home by the signals that judge everyone, and by no other', () => {
    const atHome = score({ ...odd(), access: { ...odd().access, population: 'home' } }, snapshot);

    expect(new Set(atHome.contributions.map(({ placed }) => placed.signal.judges))).toEqual(new Set(['everyone']));
    expect(atHome.strengths.filter((_, i) => MEASURES[i]?.signal.judges === 'foreign')).toEqual(
      MEASURES.filter((placed) => placed.signal.judges === 'foreign').map(() => 0),
    );
  });

  it('subtracts what this person always scores, but never where slow growth is the point', () => {
    const view = odd();
    const usually = (name: string, tenths: number, activeDays = 25): View => {
      const usual = MEASURES.map((_, i) => (i === indexOf(name) ? tenths : 0));
      return { ...view, baseline: { ...view.baseline, habits: { ...view.baseline.habits, usual, activeDays } } };
    };
    const fresh = partOf(usually('odd-hours.hour', 0), 'time')?.level ?? 0;
    const nightOwl = partOf(usually('odd-hours.hour', 30), 'time')?.level ?? 0;

    expect(nightOwl).toBeLessThan(fresh - 0.3);
    expect(MEASURES.filter(({ signal: { family }, measure }) => family === 'drip' && measure.ownBias)).toEqual([]);
    // Of a few days only the peers know what is usual, and theirs is nothing.
    expect(partOf(usually('odd-hours.hour', 30, 4), 'time')?.level).toBe(
      partOf(usually('odd-hours.hour', 0, 4), 'time')?.level,
    );
  });

  it('takes no more from what is common among honest people than it may convince of', () => {
    const phone = aView(settled, reads(60, { network: { ip: addressIn.DE, deviceId: 'd-9f3a' } }), { scoring });
    const novelty = partOf(phone, 'novelty');
    const { measureCurve } = snapshot.calibration.foreign;

    expect(novelty?.placed.measure.name).toBe('novelty.country');
    const curve = measureCurve(novelty?.placed.index ?? -1);
    expect(curve && tailLevel(curve, novelty?.placed.measure.strength(phone) ?? 0)).toBeGreaterThan(2);
    expect(novelty?.level).toBe(novelty?.placed.measure.mostLevel);
  });
});

describe('what a whole team goes through', () => {
  it('is nothing where no fold found anything, whatever the team is called', () => {
    const { access, baseline } = aView(settled, [{ time: timeOn(0) }]);
    const shockOf = (team: string) => viewOf(baseline, { ...access, team }, snapshot, DEFAULT_SETTINGS, []).shock;

    expect([shockOf('recsys'), shockOf('constructor')]).toEqual([NO_SHOCK, NO_SHOCK]);
  });
});

describe('how much own habits count', () => {
  const trustAfter = (days: number, minimumHistoryDays = 14, peerGroupDay = 0) => {
    const { access, baseline } = aView(settled, [{ time: timeOn(0) }]);
    const first = baseline.day.day - days + 1;
    const settings = aScoringContext({ minimumHistoryDays }).settings;
    const history = { ...baseline, firstDay: first, peerGroupDay: peerGroupDay === 0 ? first : first + peerGroupDay };
    return viewOf(history, access, snapshot, settings, []).trust;
  };

  it('grows from the first day on to all of it, and begins anew in another team', () => {
    expect([1, 7, 14, 40].map((days) => trustAfter(days))).toEqual([1 / 14, 0.5, 1, 1]);
    expect(trustAfter(40, 14, 33)).toBe(0.5);
    expect(trustAfter(1, 0)).toBe(1);
  });
});
