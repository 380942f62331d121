import type { Snapshot } from '../../shared/model/snapshot.ts';
import type { LateLinkStream } from '../../shared/stores/link-ports.ts';
import type {
  AdjudicationStream,
  AlertQueue,
  BaselineStore,
  CaseStore,
  ReferenceStore,
  SourceDayStore,
} from '../../shared/stores/ports.ts';
import { expireCases, repairAdjudications } from './expire-cases.ts';
import { type JoinPorts, joinLateLinks } from './join-late-links.ts';
import { publishSettings, type SettingsReport, type SettingsSource } from './publish-settings.ts';
import { type PublishedSnapshot, publishSnapshot } from './publish-snapshot.ts';
import { remindOfCases } from './remind-of-cases.ts';

/** What `assess` works with. */
export interface AssessPorts {
  readonly baselines: Pick<BaselineStore, 'scan'>;
  readonly references: ReferenceStore;
  readonly sources: Pick<SourceDayStore, 'ofDays'>;
  readonly cases: Pick<
    CaseStore,
    'leftBehind' | 'unattended' | 'open' | 'change' | 'unadjudicated' | 'markAdjudicated'
  >;
  readonly adjudications: AdjudicationStream;
  readonly linkLog: JoinPorts['linkLog'];
  readonly lateLinks: LateLinkStream;
  readonly alerts: AlertQueue;
  readonly settings: SettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What a run came to; of a step that failed nothing but its error is known. */
export interface AssessReport {
  readonly settings: SettingsReport | undefined;
  readonly requeued: number | undefined;
  /** Critical cases that people are about to be reminded of. */
  readonly unattended: number | undefined;
  /** Cases that nobody judged in time. */
  readonly expired: number | undefined;
  /** Links between refusals and looks that came before them, put on the stream. */
  readonly linkedLate: number | undefined;
  /** The snapshot published, where one was due. */
  readonly snapshot: Snapshot | undefined;
  /** Whose stored baseline can't be read, and why, by actor id; known only where a snapshot was published. */
  readonly damaged: ReadonlyMap<string, string>;
  /** Why steps failed; empty when all of them were done. */
  readonly failures: readonly unknown[];
}

/** Folding reads every employee, so it is done in every fifth run. */
export const FOLD_EVERY_MS = 5 * 60_000;
/** The minute's timer is not exact: a fold is due a little before its time rather than a minute after. */
const TIMER_SLACK_MS = 20_000;
/** A case whose newest revision nobody was told of for so long was left behind by a crash. */
const LEFT_BEHIND_MS = 5 * 60_000;

/**
 * The minute's work: settings, cases left behind or out of time, links found late, and every five minutes the fold. Each step stands for itself, so that
 * one that fails keeps the others neither from being done nor from being reported. It never throws: with a failure in the report the
 * run counts as failed.
 */
export async function assess(ports: AssessPorts): Promise<AssessReport> {
  const { references, now } = ports;
  // The fold judges countries by the settings in force, so these come first.
  const [settings] = await Promise.allSettled([publishSettings(ports.settings, references, now)]);
  const steps = await Promise.allSettled([
    requeueLeftBehind(ports),
    remindOfCases(ports.cases, ports.alerts, now()),
    expireCases(ports),
    joinLateLinks(ports),
    foldIfDue(ports),
    repairAdjudications(ports),
  ]);
  const [requeued, unattended, expired, linkedLate, folded] = steps;
  const published = resultOf(folded);
  return {
    settings: resultOf(settings),
    requeued: resultOf(requeued),
    unattended: resultOf(unattended),
    expired: resultOf(expired),
    linkedLate: resultOf(linkedLate),
    snapshot: published?.snapshot,
    damaged: published?.damaged ?? new Map(),
    failures: [settings, ...steps].flatMap((step) => (step.status === 'rejected' ? reasonsOf(step.reason) : [])),
  };
}

/** Each by itself: a log shows of several together that there are several. */
const reasonsOf = (reason: unknown): readonly unknown[] =>
  reason instanceof AggregateError ? reason.errors : [reason];

const resultOf = <Value>(step: PromiseSettledResult<Value>): Value | undefined =>
  step.status === 'fulfilled' ? step.value : undefined;

async function requeueLeftBehind({ cases, alerts, now }: AssessPorts): Promise<number> {
  const leftBehind = await cases.leftBehind(now() - LEFT_BEHIND_MS);
  if (leftBehind.length) await alerts.send(leftBehind.map(({ alert }) => alert));
  return leftBehind.length;
}

async function foldIfDue({
  baselines,
  references,
  sources,
  alerts,
  now,
}: AssessPorts): Promise<PublishedSnapshot | undefined> {
  const newest = await references.newest('snapshot', now());
  if (newest && now() - newest.stamp < FOLD_EVERY_MS - TIMER_SLACK_MS) return undefined;
  return publishSnapshot(baselines, references, sources, alerts, now);
}
