import type { Adjudication } from '../model/adjudication.ts';
import type { Alert, ToldRevision } from '../model/alert.ts';
import type { AlertDigest } from '../model/alert-digest.ts';
import type { Baseline } from '../model/baseline.ts';
import type { CaseChange, CaseState, CaseTelling } from '../model/case.ts';
import type { HeldWindow, HeldWindows } from '../model/held-window.ts';
import type { SourceDay } from '../model/source-day.ts';
import type { Suppression } from '../model/suppression.ts';

/** A condition on a write did not hold: somebody else wrote first. Reload and fold again. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict';
}

/** What is stored of some actors can't be read, and never will be: somebody has to look at it. */
export class DamagedBaselines extends Error {
  /** Why, by actor id. */
  readonly damaged: ReadonlyMap<string, string>;
  /** The other baselines that were asked for. */
  readonly intact: ReadonlyMap<string, Baseline>;

  constructor(damaged: ReadonlyMap<string, string>, intact: ReadonlyMap<string, Baseline>) {
    super([...damaged].map(([actorId, reason]) => `the baseline of ${actorId} can't be read: ${reason}`).join('; '));
    this.damaged = damaged;
    this.intact = intact;
  }
}

/** The hot baselines: one item an actor, one strongly consistent read and one conditional write a batch. */
export interface BaselineStore {
  /**
   * Strongly consistent. Keys that the service did not process are asked for again, never taken for newcomers.
   *
   * @returns the baselines found, by actor id; an absent actor has none
   * @throws DamagedBaselines where what is stored of some can't be read, with all the others
   */
  readonly load: (actorIds: readonly string[]) => Promise<ReadonlyMap<string, Baseline>>;
  /**
   * @param previousVersion the version that was loaded; 0 for an actor that had no baseline
   * @param encoded the baseline's stored form, from a caller that has it already
   * @throws WriteConflict when the stored version is another one
   */
  readonly save: (actorId: string, baseline: Baseline, previousVersion: number, encoded?: Uint8Array) => Promise<void>;
  /**
   * Every baseline there is, in no order, rate-limited by the store.
   *
   * @param onDamaged told of each that can't be read, and why. @default the first of them ends the scan
   */
  readonly scan: (onDamaged?: OnDamaged) => AsyncIterable<{ readonly actorId: string; readonly baseline: Baseline }>;
}
export type OnDamaged = (actorId: string, reason: string) => void;

/**
 * Windows of actors that wait for the verdict on a case. A verdict takes nothing out before it expires: whoever lost a race and goes on
 * from an older baseline must find what the winner found.
 */
export interface HeldWindowStore {
  /** Adds windows to those that wait; holding the same ones again changes nothing. @param held one window at least */
  readonly hold: (actorId: string, held: HeldWindows) => Promise<void>;
  /** Takes windows out by their marks (see `heldWindowMark`), once the baseline that waited for them is overwritten; not to find them is no error. */
  readonly forget: (actorId: string, alertId: string, marks: readonly number[]) => Promise<void>;
  /** Strongly consistent, in no order. */
  readonly load: (actorId: string, alertId: string) => Promise<readonly HeldWindow[]>;
}

/** Immutable values under a name, with a stamp that says from when on they may be used. */
export interface ReferenceStore {
  /** Writes a value once. Writing the same name again with the same bytes is no error. @throws WriteConflict on other bytes */
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly get: (name: string) => Promise<Uint8Array | undefined>;
  /**
   * Adds a stamp to a series (`snapshot`, `settings`), pointing to a value written before.
   *
   * @param stamp epoch milliseconds @throws WriteConflict when the series has that stamp or a later one
   */
  readonly publish: (series: ReferenceSeries, stamp: number, name: string) => Promise<void>;
  /** The newest stamp at or before `notAfter`, or nothing. */
  readonly newest: (series: ReferenceSeries, notAfter: number) => Promise<PublishedReference | undefined>;
}
export type ReferenceSeries = 'snapshot' | 'settings' | 'directory' | 'networks';
export interface PublishedReference {
  readonly series: ReferenceSeries;
  readonly stamp: number;
  readonly name: string;
}

/** What an analyst sees of one episode, and how far people were told of it. */
export interface Case {
  readonly alertId: string;
  /** The highest revision stored so far. */
  readonly revision: number;
  /** The highest revision that was published; 0 before the first. */
  readonly notifiedRevision: number;
  /** Epoch milliseconds of the last write of a revision, to find cases left behind. */
  readonly storedAt: number;
  readonly alert: Alert;
  /** Event time of the access that opened it, epoch milliseconds: that of the first revision stored. */
  readonly openedAt: number;
  readonly state: CaseState;
  /** What became of it, oldest first. */
  readonly history: readonly CaseChange[];
  /** What people were told of it last; absent before, and where an earlier release told them. */
  readonly told?: ToldRevision;
  /** When and how people were told, oldest first; without what an earlier release told them. */
  readonly tellings: readonly CaseTelling[];
  /** The suppression under which people were not told of its newest revision. */
  readonly suppressedBy?: string;
  /** Whether people were reminded of it, or need not be. */
  readonly remindedOf?: true;
}

/** How a revision came to count as notified; neither where it was raised in shadow mode. */
export interface NotifiedAs {
  /** What people were told. */
  readonly told?: ToldRevision;
  /** The suppression because of which nobody was told. */
  readonly suppressedBy?: string;
}

export interface CaseStore {
  readonly get: (alertId: string) => Promise<Case | undefined>;
  /** Stores a revision if it is higher than the stored one. @returns whether it was */
  readonly storeRevision: (alert: Alert, storedAt: number) => Promise<boolean>;
  /** Raises `notifiedRevision` and adds to `tellings`; never lowers the one, nor adds twice to the other. @param at epoch milliseconds */
  readonly markNotified: (alertId: string, revision: number, at: number, outcome?: NotifiedAs) => Promise<void>;
  /** Cases whose `revision` is above `notifiedRevision` and that were stored at or before a time. */
  readonly leftBehind: (storedAtOrBefore: number) => Promise<readonly Case[]>;
  /**
   * Every case whose `revision` is above `notifiedRevision`, in no order, a page at a time: there may be more than memory holds.
   * The list of them may lag behind by seconds, so whoever knows of some names them.
   *
   * @param known cases to look at besides, by alertId
   */
  readonly untold: (known: readonly string[]) => AsyncIterable<Case>;
  /**
   * Adds a change to the case's history and gives it its state, if the case has had exactly the changes before it.
   *
   * @returns whether it had; true as well when this very change was made already
   */
  readonly change: (alertId: string, change: CaseChange) => Promise<boolean>;
  /** Notes that the verdict of a change lies on the stream. Of a case that changed again since, the newer verdict still waits. */
  readonly markAdjudicated: (alertId: string, version: number) => Promise<void>;
  /** Cases whose newest verdict isn't known to lie on the stream, and was given at or before a time (epoch milliseconds). */
  readonly unadjudicated: (changedAtOrBefore: number) => Promise<readonly Case[]>;
  /**
   * Open cases, the oldest first.
   *
   * @param which `openedAtOrBefore` in epoch milliseconds of event time (see `ongoingSince` for what comes late); at most `limit`; of one `subject` alone
   */
  readonly open: (which?: OpenCases) => Promise<readonly Case[]>;
  /** Critical cases that were told, are not judged and not reminded of, and whose newest revision was stored at or before a time. */
  readonly unattended: (storedAtOrBefore: number) => Promise<readonly Case[]>;
  /** Notes that people were reminded of a case, or need not be; they never are again. @param reminder what they were sent */
  readonly markReminded: (alertId: string, reminder?: CaseTelling) => Promise<void>;
  /** Every case there ever was, in no order, rate-limited by the store. */
  readonly scan: () => AsyncIterable<Case>;
  /** Shows that a case could be written, and writes none. @throws when it could not */
  readonly probe: () => Promise<void>;
}

export interface OpenCases {
  readonly openedAtOrBefore?: number;
  readonly limit?: number;
  readonly subject?: Alert['subject'];
}

/** What people are not to be told of for a while. */
export interface SuppressionStore {
  /** Every suppression that a subject ever had; strongly consistent. */
  readonly of: (subject: Suppression['subject']) => Promise<readonly Suppression[]>;
  /** Adds one; adding the same again changes nothing. */
  readonly add: (suppression: Suppression) => Promise<void>;
  /** Ends one before its time. @returns whether there was one to end */
  readonly lift: (
    which: Pick<Suppression, 'subject' | 'id'>,
    lifted: NonNullable<Suppression['lifted']>,
  ) => Promise<boolean>;
  /** All that hold at a time, in no order. @param now epoch milliseconds */
  readonly holding: (now: number) => Promise<readonly Suppression[]>;
  /** All that held at some time of a span, in no order. @param from epoch milliseconds @param to the first after it */
  readonly heldWithin: (from: number, to: number) => Promise<readonly Suppression[]>;
}

/** What came from each source, by day of arrival. */
export interface SourceDayStore {
  /** Adds to what is counted of the source and day already; twice where an answer is lost. Names beyond the first 50 are counted together. */
  readonly add: (counted: SourceDay) => Promise<void>;
  /** In no order. @param from first day, since 1970-01-01 @param to the day after the last */
  readonly ofDays: (from: number, to: number) => Promise<readonly SourceDay[]>;
}

/** The way of verdicts to `detect`: the access stream, under the subject's key. */
export interface AdjudicationStream {
  /** Puts one verdict on the stream; a second time does no harm. */
  readonly put: (adjudication: Adjudication) => Promise<void>;
}

/** The FIFO queue between detection and notification. */
export interface AlertQueue {
  /** Queues revisions in order. Deduplicated by alertId:revision. @throws when any of them was not accepted */
  readonly send: (alerts: readonly Alert[]) => Promise<void>;
}

/** The topic that people subscribe to. */
export interface AlertTopic {
  readonly publish: (alert: Alert) => Promise<void>;
  readonly publishDigest: (digest: AlertDigest) => Promise<void>;
}

/** Records that could not be used, whole, with the reason. */
export interface QuarantinedRecord {
  readonly reason: string;
  /** The record's bytes as they came, base64. */
  readonly data: string;
  readonly partitionKey?: string;
  readonly shardId?: string;
  readonly sequenceNumber?: string;
  readonly arrival: number;
}

/**
 * What became of each record of a batch: whoever reads it knows which records the batch held, which its first and last can't say, since
 * the two lanes of a shard take turns. Each sequence number is in it once, 59 bytes: at most 59 KB for the 1,000 records of a batch.
 */
export interface NotAppliedNote {
  readonly batchName: string;
  readonly shardId: string;
  /** Sequence numbers of what was not applied. */
  readonly sequenceNumbers: readonly string[];
  /** Those of the others, which were applied or quarantined. */
  readonly done: readonly string[];
}

export interface RecordArchive {
  /** One object a batch. @param batchName unique and repeatable for a batch, so that a retry overwrites itself */
  readonly quarantine: (batchName: string, records: readonly QuarantinedRecord[]) => Promise<void>;
  /** Notes which records of a batch were not applied, before the failure is reported. */
  readonly noteNotApplied: (note: NotAppliedNote) => Promise<void>;
}
