import type { Access } from '../model/access.ts';
import { type Alert, type AlertEvent, type AlertSignal, MAXIMUM_ALERT_EVENTS } from '../model/alert.ts';
import type { Baseline, Episode, Evidence } from '../model/baseline.ts';
import type { Severity } from '../model/settings.ts';
import { somebodyElsesMachine } from '../signals/borrowed-device.ts';
import type { View } from '../signals/signal.ts';
import { isTooSoonToTravel } from '../signals/stolen-account.ts';
import { countOf } from '../signals/wording.ts';
import { composePictures } from './compose-pictures.ts';
import { awayInWords, daysAway } from './days-away.ts';
import { toldOfBreach } from './decide.ts';
import { quietChannels } from './quiet-channels.ts';
import type { Verdict } from './score.ts';

const UNKNOWN = 'unknown';
const rounded = (x: number) => Math.round(x * 100) / 100;

const textOf = (time: number) => new Date(time).toISOString();

export interface Told {
  readonly view: View;
  readonly verdict: Verdict;
  readonly episode: Episode;
  readonly severity: Severity;
  readonly threshold: number;
  readonly learning: boolean;
  /** Accesses that led to it, this one last. */
  readonly events: readonly Evidence[];
  /** The baseline's version after this access. */
  readonly version: number;
}

/** Writes what people are told: observed against expected, share of the evidence, and what may be benign about it. */
export function composeAlert(told: Told): Alert {
  const { view, verdict, episode, severity } = told;
  const { access, baseline } = view;
  const signals = signalsOf(view, verdict, toldOfBreach(episode));
  const times = told.events.map(({ time }) => time);
  const { location } = access;
  return {
    alertId: episode.alertId,
    revision: episode.revision,
    time: textOf(access.time),
    firstEventTime: textOf(Math.min(...times, baseline.sitting.start)),
    lastEventTime: textOf(Math.max(...times)),
    subject: { type: access.actorType, id: access.actorId },
    relatedEmployees: relatedTo(view, signals),
    severity,
    score: rounded(Math.max(verdict.score, access.breachesPolicy ? told.threshold : 0)),
    headline: headlineOf(access, signals),
    signals,
    where: {
      homeCountry: location.homeCountry ?? UNKNOWN,
      locatedIn: location.locatedIn ?? UNKNOWN,
      network: location.network?.label ?? (location.basis === 'address' ? 'public internet' : UNKNOWN),
      device: access.deviceId ?? UNKNOWN,
    },
    team: access.team,
    ...(access.role !== undefined && { role: access.role }),
    protectedRegion: access.region,
    subjectsTouched: { count: episode.subjects, basis: basisOf(episode, access) },
    approvals: { with: episode.withApproval, without: episode.withoutApproval },
    mayBeBenign: benignReasons(view, episode, told.learning),
    threshold: { score: rounded(told.threshold), alertsPerDay: view.settings.alertsPerDay },
    learning: told.learning,
    ...(view.settings.mode === 'shadow' ? { shadow: true } : {}),
    ...(access.canary ? { canary: true } : {}),
    ...quietChannels(severity, view.settings),
    ...(view.settings.identity === 'pseudonym' ? { identity: 'pseudonym' as const } : {}),
    events: told.events.slice(-MAXIMUM_ALERT_EVENTS).map(alertEventOf),
    pictures: composePictures(view),
    baseline: { historyDays: historyDays(baseline), version: told.version, peerGroup: access.peerGroup },
  };
}

const alertEventOf = ({ id, time, ...event }: Evidence): AlertEvent => ({ id, time: textOf(time), ...event });

/** Whoever else the access concerns: on whose behalf it was made, who met the same subjects, and whose machine it is. */
function relatedTo({ access, baseline, linkHits }: View, signals: readonly AlertSignal[]): string[] {
  const met = linkHits.filter(({ kind }) => kind === 'subject').map(({ actorId }) => actorId);
  const isBorrowed = signals.some(({ signal }) => signal === 'borrowed-device');
  const owner = isBorrowed ? (baseline.day.borrowed?.owner ?? '') : '';
  return [...new Set([access.onBehalfOf ?? '', ...met, owner])].filter((actorId) => actorId !== '');
}

/** Users are summed over the accesses of a case, and whoever is met again counts again: exact is only one access's count. */
function basisOf({ withApproval, withoutApproval }: Episode, access: Access): Access['subjectBasis'] {
  const reads = withApproval + withoutApproval;
  const isAlone = reads === 0 || (reads === 1 && access.protected && access.allowed);
  return access.subjectBasis === 'exact' && !isAlone ? 'estimated' : access.subjectBasis;
}

const historyDays = (baseline: Baseline) => Math.max(0, baseline.day.day - baseline.firstDay);

/** @param breached whether policy was breached in the episode, by this access or by an earlier one */
function signalsOf(view: View, verdict: Verdict, breached: boolean): AlertSignal[] {
  const { access } = view;
  const shares = sharesOf(verdict.contributions.map(({ evidence }) => evidence));
  const signals: AlertSignal[] = verdict.contributions.map(({ placed, level }, i) => ({
    signal: placed.signal.name,
    ...placed.measure.explain(view),
    score: rounded(level),
    share: shares[i] ?? 0,
  }));
  // A revision stands for its whole case: what was a fact stays one, whatever later accesses show.
  if (!access.breachesPolicy)
    return breached ? [...signals, { ...EARLIER_BREACH, text: earlierBreach(access) }] : signals;
  const fact: AlertSignal = {
    signal: 'unapproved-access',
    observed: 1,
    expected: { median: 0, low: 0, high: 0 },
    unit: 'reads without the approval that policy demands',
    score: rounded(verdict.score),
    share: 1,
    text: `${access.dataClass} of ${access.region} users read from a country of concern without a live ticket`,
  };
  return [fact, ...signals.map((signal) => ({ ...signal, share: 0 }))];
}

/** Parts of a whole in hundredths that add up to it: what rounding down leaves goes to those that lost most by it. */
function sharesOf(parts: readonly number[]): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const exact = parts.map((part) => (100 * part) / whole);
  const left = 100 - exact.reduce((sum, share) => sum + Math.floor(share), 0);
  const lost = exact.map((share, i) => ({ i, rest: share - Math.floor(share) }));
  const raised = new Set(
    lost
      .sort((a, b) => b.rest - a.rest || a.i - b.i)
      .slice(0, left)
      .map(({ i }) => i),
  );
  return exact.map((share, i) => (Math.floor(share) + (raised.has(i) ? 1 : 0)) / 100);
}

const EARLIER_BREACH = {
  signal: 'unapproved-access',
  observed: 1,
  expected: { median: 0, low: 0, high: 0 },
  unit: 'reads without the approval that policy demands',
  score: 0,
  share: 0,
} as const;
const earlierBreach = ({ region }: Access) =>
  `earlier in this case ${region} users’ data that policy protects was read from a country of concern without a live ticket`;

function headlineOf(access: Access, signals: readonly AlertSignal[]): string {
  const { homeCountry, locatedIn, trusted } = access.location;
  const where =
    trusted && locatedIn !== homeCountry
      ? `${homeCountry ?? UNKNOWN}, now in ${locatedIn}`
      : (homeCountry ?? locatedIn ?? UNKNOWN);
  const who = `${access.actorId} (${access.team}, ${where})`;
  return `${who}: ${signals[0]?.text ?? `unusual access to ${access.region} users' data`}`;
}

/** What would make this ordinary: said beside the accusation, because this tool judges people. */
function benignReasons(view: View, episode: Episode, learning: boolean): string[] {
  const { access, baseline } = view;
  const reasons: string[] = [];
  const reads = episode.withApproval + episode.withoutApproval;
  if (episode.withApproval > 0) reasons.push(`${episode.withApproval} of ${countOf(reads, 'read')} had a ticket`);
  if (access.onBehalfOf !== undefined) reasons.push(`done on behalf of ${access.onBehalfOf}`);
  const history = historyDays(baseline);
  if (history < view.settings.minimumHistoryDays)
    reasons.push(`only ${countOf(history, 'day')} of history: judged mostly by what ${access.peerGroup} does`);
  else if (
    baseline.day.day - baseline.peerGroupDay < view.settings.minimumHistoryDays &&
    baseline.peerGroupDay > baseline.firstDay
  )
    reasons.push('new in this team: the work may have changed');
  if (view.shock.busy > 1) reasons.push(`all of ${access.team} is busier than usual today`);
  if (view.shock.unusualHours > 0) reasons.push(`others of ${access.team} work at unusual hours today as well`);
  // By no name, but where it counts for something: whoever an alert names may not judge it, and has a pseudonym in messages.
  if (somebodyElsesMachine(view))
    reasons.push('the machine was first used by somebody else: it may have been lent or handed on');
  if (access.allowed && view.linkHits.some(({ kind }) => kind === 'subject'))
    reasons.push('whoever was refused chose the users: they may be part of this person’s ordinary work');
  const away = daysAway(baseline) ?? 0;
  if (away >= 5) reasons.push(`back after ${awayInWords(away)} away`);
  if (
    access.location.trusted &&
    access.location.homeCountry !== undefined &&
    access.location.locatedIn !== access.location.homeCountry
  )
    reasons.push(isTooSoonToTravel(view) ? 'the address may be a VPN exit that nobody declared' : 'may be travelling');
  if (!access.known) reasons.push('not in the directory: may be new, or a missing import');
  if (learning) reasons.push('the detector is still learning what is normal here');
  return reasons;
}
