import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { Baseline, StoredBaselineVersion } from '../../shared/model/baseline.ts';
import type { Case, QuarantinedRecord, ReferenceStore } from '../../shared/stores/ports.ts';
import type { Invocation } from './invocations.ts';
import type { FaultCounts, Step } from './schedule.ts';

/** A record that was put on the stream, and what has to become of it. */
export interface PutRecord {
  readonly record: StreamRecord;
  readonly shardId: string;
  readonly fate: Extract<Step, { readonly kind: 'put' }>['fate'];
}

/** One run of `detect`, as seen from its ports. */
export interface DetectRun {
  readonly invocation: Invocation;
  readonly records: readonly StreamRecord[];
  /** The stored form that its release writes. */
  readonly writes: StoredBaselineVersion;
  /** Versions of the baselines that it read, by actor; 0 for none. */
  readonly read: Map<string, number>;
  /** How often it has read baselines. */
  loads: number;
  /** What it read first, before anything was folded. */
  loaded: ReadonlyMap<string, Baseline>;
  /** What the link store answered, by question: the same one may be asked again. */
  readonly met: Map<string, unknown[]>;
}

/** A baseline that was written: one actor's records of one batch, in the order in which actors' writes were made. */
export interface Commit {
  readonly actorId: string;
  readonly run: DetectRun;
}

/** An alert that reached the queue. */
export interface SentAlert {
  readonly alert: Alert;
  /** Nothing where `assess` sent it. */
  readonly run: DetectRun | undefined;
  /** The version of its subject's baseline that the run had read when it sent this. */
  readonly basis: number | undefined;
}

/** All that can be known of a run once it is over. */
export interface Observed {
  readonly put: readonly PutRecord[];
  /** Every run of `detect`. */
  readonly runs: readonly DetectRun[];
  readonly commits: readonly Commit[];
  readonly sent: readonly SentAlert[];
  /** One by one, or in digests. */
  readonly published: readonly Pick<Alert, 'alertId' | 'revision' | 'shadow'>[];
  readonly cases: readonly Case[];
  readonly quarantined: readonly QuarantinedRecord[];
  /** Records given to the on-failure destination. */
  readonly discarded: readonly StreamRecord[];
  readonly references: ReferenceStore;
  readonly baselines: ReadonlyMap<string, Baseline>;
  /** What actors began with. */
  readonly before: ReadonlyMap<string, Baseline>;
  /** What was seen to be wrong while it ran. */
  readonly wrong: readonly string[];
  readonly counts: RunCounts;
}

export interface RunCounts {
  readonly steps: number;
  readonly invocations: number;
  readonly conflicts: number;
  /** Calls that went wrong, by how. */
  readonly met: FaultCounts;
  readonly zombies: number;
}
