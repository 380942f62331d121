import type { Access } from '../model/access.ts';
import type { Baseline, Episode } from '../model/baseline.ts';
import { SEVERITIES, type Settings, type Severity } from '../model/settings.ts';
import { FAMILIES } from '../signals/signal.ts';
import { addCounts } from '../stats/count-sum.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { distinctSubjects } from './observe-pace.ts';
import type { Verdict } from './score.ts';

/** An episode ends after so long without new evidence. */
export const EPISODE_GAP_MS = 24 * 3_600_000;
/** What people were told of a case halves in weight every two days, so that an old case never hides a new attack. */
const TOLD_HALF_LIFE_MS = 2 * 24 * 3_600_000;
/** A policy breach that touches more users than this is critical: at once, or one by one in a sitting. */
const MANY_SUBJECTS = 100;
/** How odd a family must be by itself before it is news in an open case: once in a hundred employee-days. */
const FAMILY_IS_NEWS = 2;

const POLICY_BIT = 1 << FAMILIES.indexOf('policy');

/** From which severity on each channel tells people. */
export type ChannelMinima = Pick<Settings, 'emailMinimumSeverity' | 'slackMinimumSeverity'>;

/** Whether people were told in this episode that policy was breached. */
export const toldOfBreach = ({ toldFamilies }: Episode): boolean => (toldFamilies & POLICY_BIT) !== 0;

/** What is to be told, and the episode afterwards. */
export interface Decision {
  readonly episode: Episode | undefined;
  /** Whether people are to be told of this access: a new alert or a revision worth telling. */
  readonly tell: boolean;
  readonly severity: Severity;
}

/** Low at the threshold, then one step a score point. */
function statisticalSeverity(score: number, threshold: number): Severity {
  const steps = Math.floor(score - threshold);
  return SEVERITIES[Math.max(0, Math.min(steps, SEVERITIES.length - 1))] ?? 'low';
}

const rank = (severity: Severity) => SEVERITIES.indexOf(severity);

/** Sums of users over accesses count whoever is met again twice; users looked up one by one are told apart, roughly. */
const lookedUpOneByOne = ({ sitting: { pace } }: Baseline) => (pace ? distinctSubjects(pace) : 0);

/**
 * Decides whether an access opens an episode, adds evidence to one, or is worth telling again.
 *
 * @param baseline with this access in its running windows; its episode is the open one
 */
export function decide(
  baseline: Baseline,
  access: Access,
  verdict: Verdict,
  threshold: number,
  minima: ChannelMinima,
): Decision {
  const current = stillOpen(baseline.episode, access.time);
  const open = current?.outcome === undefined ? current : undefined;
  // A small company that asks for many alerts has a threshold below 0: what nothing is odd about is no alert even so.
  const statistical = verdict.score > 0 && verdict.score >= threshold;
  if (!statistical && !access.breachesPolicy)
    return { episode: open ? count(open, access) : current, tell: false, severity: 'low' };
  const families = familiesOf(access, verdict);
  const isMany = Math.max(access.subjectCount ?? 0, lookedUpOneByOne(baseline)) > MANY_SUBJECTS;
  const policySeverity: Severity = access.action === 'export' || isMany ? 'critical' : 'high';
  const byStatistics = statistical ? statisticalSeverity(verdict.score, threshold) : 'low';
  const severity = access.breachesPolicy && rank(policySeverity) > rank(byStatistics) ? policySeverity : byStatistics;
  if (current && !open && isSettled(current, baseline, access, verdict.score, severity, families, minima))
    return { episode: current, tell: false, severity };
  if (!open) {
    const opened: Episode = {
      alertId: alertIdOf(access),
      openedAt: access.time,
      lastEvidenceAt: access.time,
      revision: 1,
      toldScore: Math.fround(verdict.score),
      toldSeverity: severity,
      toldAt: access.time,
      toldFamilies: families,
      // The sitting that led here is part of the story, and the access is in it already.
      withApproval: baseline.sitting.protectedReads - baseline.sitting.unapproved,
      withoutApproval: baseline.sitting.unapproved,
      subjects: baseline.sitting.protectedSubjects,
    };
    return { episode: opened, tell: true, severity };
  }
  const tell = isNews(open, access, verdict.score, severity, families, minima);
  const evidence = { ...count(open, access), lastEvidenceAt: Math.max(open.lastEvidenceAt, access.time) };
  if (!tell) return { episode: evidence, tell, severity };
  const told: Episode = {
    ...evidence,
    revision: open.revision + 1,
    toldScore: Math.fround(Math.max(verdict.score, decayedScore(open, access.time))),
    toldSeverity: rank(severity) > rank(open.toldSeverity) ? severity : open.toldSeverity,
    toldAt: Math.max(open.toldAt, access.time),
    toldFamilies: open.toldFamilies | families,
  };
  return { episode: told, tell, severity: told.toldSeverity };
}

/** The alert's identity: its subject and the event that opened it, all of it: another event under the same id opens another case. */
export function alertIdOf(access: Access): string {
  // As a list: ids may hold any character, and two subjects must never share a case.
  return hash64Hex(JSON.stringify([access.actorType, access.actorId, ...access.hash]));
}

function stillOpen(episode: Episode | undefined, time: number): Episode | undefined {
  return episode && time - episode.lastEvidenceAt < EPISODE_GAP_MS ? episode : undefined;
}

const decayedScore = (episode: Episode, time: number) =>
  episode.toldScore * 2 ** (-Math.max(0, time - episode.toldAt) / TOLD_HALF_LIFE_MS);

/**
 * Whether an open case is worth telling again: a breach of policy joins, a new family joins and made things worse, the score
 * has grown by a point and by half, or the severity reaches a channel for the first time. A severity that rises because the
 * score crept over a border is no news to those who were told already.
 */
function isNews(
  open: Episode,
  access: Access,
  score: number,
  severity: Severity,
  families: number,
  minima: ChannelMinima,
): boolean {
  const told = decayedScore(open, access.time);
  const rises = rank(severity) > rank(open.toldSeverity);
  if ((families & ~open.toldFamilies & POLICY_BIT) !== 0 || (rises && access.breachesPolicy)) return true;
  const joins = (families & ~open.toldFamilies) !== 0;
  const reaches = [minima.emailMinimumSeverity, minima.slackMinimumSeverity].some(
    (least) => rank(open.toldSeverity) < rank(least) && rank(severity) >= rank(least),
  );
  return reaches || (joins && score >= told + 0.5) || (score >= told + 1 && score >= 1.5 * told);
}

/**
 * Whether what an access shows was judged already with the case: then it is neither told nor evidence of anything new. While
 * the sitting runs on in which the case arose, all of it is judged but what would have been worth telling again. After that, a
 * dismissed case covers the same and not a new breach of policy; a confirmed one covers nothing: whoever goes on is a new case.
 */
function isSettled(
  settled: Episode,
  baseline: Baseline,
  access: Access,
  score: number,
  severity: Severity,
  families: number,
  minima: ChannelMinima,
): boolean {
  if (isNews(settled, access, score, severity, families, minima)) return false;
  const { start, last } = baseline.sitting;
  const sameSitting = start <= settled.lastEvidenceAt && last >= settled.openedAt;
  return sameSitting || (settled.outcome !== 'confirmed' && !access.breachesPolicy);
}

function familiesOf(access: Access, verdict: Verdict): number {
  let bits = access.breachesPolicy ? POLICY_BIT : 0;
  for (const { placed, level } of verdict.contributions) if (level >= FAMILY_IS_NEWS) bits |= 1 << placed.family;
  return bits;
}

/** Protected reads of the episode, by approval. */
function count(episode: Episode, access: Access): Episode {
  if (!access.protected || !access.allowed) return episode;
  return {
    ...episode,
    withApproval: episode.withApproval + (access.approved ? 1 : 0),
    withoutApproval: episode.withoutApproval + (access.approved ? 0 : 1),
    subjects: addCounts(episode.subjects, access.subjectCount ?? 0),
  };
}
