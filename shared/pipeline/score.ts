import type { Access } from '../model/access.ts';
import type { Baseline } from '../model/baseline.ts';
import type { Settings } from '../model/settings.ts';
import { NO_SHOCK, type Shock, type Snapshot } from '../model/snapshot.ts';
import { MEASURES, type PlacedMeasure } from '../signals/index.ts';
import { FAMILIES, type View } from '../signals/signal.ts';
import { STRENGTH_STEPS_PER_UNIT, tailLevel } from '../stats/tail-curve.ts';
import type { LinkHit } from './links.ts';
import type { PreparedSnapshot } from './prepare-snapshot.ts';

/** What a family has to exceed before it adds anything: most days have something that happens one day in six. */
export const FAMILY_FLOOR = 0.8;
/** Active days before a person's own usual strengths are believed. */
const BIAS_AFTER_DAYS = 5;
/** A strength that is usual for most people; only what a person usually scores above it is subtracted. */
const COMMON_LEVEL = 0.3;

/** The strongest measure of a family and what it adds. */
export interface Contribution {
  readonly placed: PlacedMeasure;
  /** −log10 of how often an ordinary in-scope employee-day looks this odd on this measure, less the person's own bias. */
  readonly level: number;
  /** What it adds to the sum of evidence. */
  readonly evidence: number;
}

export interface Verdict {
  /** Raw strength of each measure, by position. */
  readonly strengths: readonly number[];
  readonly contributions: readonly Contribution[];
  /** Sum of the families' evidence. */
  readonly evidence: number;
  /** −log10 of how often an ordinary in-scope employee-day looks this odd. */
  readonly score: number;
}

const NOTHING: Verdict = { strengths: [], contributions: [], evidence: 0, score: 0 };

/** How an access is looked at; `baseline` has it in its running windows already. */
export function viewOf(
  baseline: Baseline,
  access: Access,
  snapshot: PreparedSnapshot,
  settings: Settings,
  linkHits: readonly LinkHit[],
): View {
  const history = baseline.firstDay < 0 ? 0 : baseline.day.day - Math.max(baseline.firstDay, baseline.peerGroupDay) + 1;
  const trust = settings.minimumHistoryDays > 0 ? Math.min(1, Math.max(history, 1) / settings.minimumHistoryDays) : 1;
  return {
    access,
    baseline,
    peers: snapshot.priorsOf(access.peerGroup),
    shock: shockOf(access.team, snapshot.snapshot),
    settings,
    linkHits,
    trust,
  };
}

/** A team may be called `constructor`: what a plain object inherits is no shock. */
const shockOf = (team: string, { shocks }: Snapshot): Shock =>
  (Object.hasOwn(shocks, team) ? shocks[team] : undefined) ?? NO_SHOCK;

/**
 * Scores an access against what was known before it. Each measure is calibrated to −log10 of its tail over ordinary in-scope
 * employee-days, the strongest of each family counts, what exceeds the floor is summed, and the sum is calibrated again.
 */
export function score(view: View, snapshot: PreparedSnapshot): Verdict {
  const { access, baseline, settings, peers } = view;
  if (!access.protected) return NOTHING;
  const calibration = snapshot.calibration[access.population];
  const biased = baseline.habits.activeDays >= BIAS_AFTER_DAYS;
  const strengths = new Array<number>(MEASURES.length).fill(0);
  const best = new Array<Contribution | undefined>(FAMILIES.length).fill(undefined);
  for (const placed of MEASURES) {
    const { measure, signal, index, family } = placed;
    const { enabled, weight } = settings.signals[signal.name];
    if (!enabled || (signal.judges === 'foreign' && access.population !== 'foreign')) continue;
    const strength = measure.strength(view);
    strengths[index] = strength;
    const curve = strength > 0 ? calibration.measureCurve(index) : undefined;
    if (!curve) continue;
    let level = tailLevel(curve, strength);
    if (measure.ownBias) {
      const usual = biased ? (baseline.habits.usual[index] ?? 0) : peers.usual(index);
      level -= Math.max(0, tailLevel(curve, usual / STRENGTH_STEPS_PER_UNIT) - COMMON_LEVEL);
    }
    level = Math.min(level, measure.mostLevel ?? level) * weight;
    if (level > (best[family]?.level ?? FAMILY_FLOOR)) best[family] = { placed, level, evidence: level - FAMILY_FLOOR };
  }
  const contributions = best
    .filter((contribution) => contribution !== undefined)
    .sort((a, b) => b.evidence - a.evidence || a.placed.index - b.placed.index);
  const evidence = contributions.reduce((sum, contribution) => sum + contribution.evidence, 0);
  return { strengths, contributions, evidence, score: evidence > 0 ? tailLevel(calibration.evidence, evidence) : 0 };
}
