import type { Snapshot } from '../../shared/model/snapshot.ts';
import type {
  AdjudicationStream,
  AlertQueue,
  BaselineStore,
  CaseStore,
  ReferenceStore,
  SourceDayStore,
} from '../../shared/stores/ports.ts';
import { expireCases, repairAdjudications } from './expire-cases.ts';
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
  readonly alerts: AlertQueue;
  readonly settings: SettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface AssessReport {
  readonly settings: SettingsReport;
  readonly requeued: number;
  /** Critical cases that people are about to be reminded of. */
  readonly unattended: number;
  /** Cases that nobody judged in time. */
  readonly expired: number;
  /** The snapshot published, where one was due. */
  readonly snapshot: Snapshot | undefined;
  /** Whose stored baseline can't be read, and why, by actor id; known only where a snapshot was due. */
  readonly damaged: ReadonlyMap<string, string>;
}

/** Folding reads every employee, so it is done in every fifth run. */
export const FOLD_EVERY_MS = 5 * 60_000;
/** The minute's timer is not exact: a fold is due a little before its time rather than a minute after. */
const TIMER_SLACK_MS = 20_000;
/** A case whose newest revision nobody was told of for so long was left behind by a crash. */
const LEFT_BEHIND_MS = 5 * 60_000;

/**
 * The minute's work: settings, cases left behind or out of time, and every five minutes the fold. Each step stands for itself, so that
 * one that fails does not keep the others from being done; the first error is thrown at the end and the run counts as failed.
 */
export async function assess(ports: AssessPorts): Promise<AssessReport> {
  const { references, now } = ports;
  // The fold judges countries by the settings in force, so these come first.
  const [settings] = await Promise.allSettled([publishSettings(ports.settings, references, now)]);
  const [requeued, unattended, expired, repaired, folded] = await Promise.allSettled([
    requeueLeftBehind(ports),
    remindOfCases(ports.cases, ports.alerts, now()),
    expireCases(ports),
    repairAdjudications(ports),
    foldIfDue(ports),
  ]);
  outcomeOf(repaired);
  const published = outcomeOf(folded);
  return {
    settings: outcomeOf(settings),
    requeued: outcomeOf(requeued),
    unattended: outcomeOf(unattended),
    expired: outcomeOf(expired),
    snapshot: published?.snapshot,
    damaged: published?.damaged ?? new Map(),
  };
}

function outcomeOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

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
