import type { MappingSettings } from '../../infra/local/event-source-mapping-settings.ts';
import type { SettingTexts } from '../../shared/stores/settings-value.ts';

/**
 * One run of the system under faults, as plain data: what happens when, and what goes wrong where. A schedule and nothing
 * else decides a run, so that it can be repeated, and made smaller by leaving parts out.
 */
export interface Schedule {
  /** Where chance comes from during the run: latencies, environments, who lands after a crash. */
  readonly seed: number;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly mapping: Omit<MappingSettings, 'startingPosition'>;
  /** Whether a shard waits until its parents are read to their end, as Lambda's mapping does. */
  readonly parentsFirst: boolean;
  /** Whether the system has run for weeks: settled baselines and a snapshot. Otherwise it starts from nothing. */
  readonly settled: boolean;
  /** Whether a release is being replaced by the next: some environments of `detect` still write the older stored form. */
  readonly twoReleases: boolean;
  /** What operators wrote before the start. */
  readonly settings: SettingTexts;
  readonly steps: readonly Step[];
  readonly faults: readonly Fault[];
}

/** What the world does, at epoch milliseconds. */
export type Step =
  | {
      readonly kind: 'put';
      readonly at: number;
      readonly partitionKey: string;
      /** The record's bytes, base64. */
      readonly data: string;
      /** What has to become of it; either where that hangs on what is published meanwhile. */
      readonly fate: 'applied' | 'quarantined' | 'either';
      /** Milliseconds that the stream's clock is off: arrival is approximate. */
      readonly arrivalSkew: number;
      /** What the record is taken to weigh in an invocation's payload. */
      readonly payloadBytes: number;
    }
  /** The timer of `assess` fires. @see Step.clockSkew milliseconds that the function's clock is off */
  | { readonly kind: 'assess'; readonly at: number; readonly clockSkew: number }
  /**
   * An analyst judges one of the open cases. @see Step.where between 0 and 1: which
   * @see Step.isLost whether `casework` ends before the verdict is on the stream
   */
  | {
      readonly kind: 'verdict';
      readonly at: number;
      readonly where: number;
      readonly verdict: 'confirmed' | 'dismissed';
      readonly isLost: boolean;
    }
  | { readonly kind: 'settings'; readonly at: number; readonly texts: SettingTexts }
  | { readonly kind: 'settings store down'; readonly at: number; readonly until: number }
  /** @see Step.where between 0 and 1: which open shard, or pair of neighbours */
  | { readonly kind: 'split' | 'merge'; readonly at: number; readonly where: number };

export type FunctionName = 'detect' | 'assess' | 'notify';

/**
 * What can go wrong with one call of a port.
 *
 * - refused: it fails and nothing happens, as when throttled
 * - lost: it happens, and the answer is an error
 * - repeated: the answer is lost and the SDK sends the request again; the second answer counts
 * - dies before, dies after: the function ends there; other calls under way may still land
 * - hangs: it happens `delay` later, beyond the time-out; who called it goes on then
 * - answers late: it happens at once, the answer comes `delay` later
 * - partly: of several items only the first are taken, then an error
 */
export const CALL_FAULTS = [
  'refused',
  'lost',
  'repeated',
  'dies before',
  'dies after',
  'hangs',
  'answers late',
  'partly',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];
/** How often each was met. */
export type FaultCounts = Readonly<Record<CallFault, number>>;
export const NO_FAULTS = Object.fromEntries(CALL_FAULTS.map((fault) => [fault, 0])) as FaultCounts;

/** What goes wrong; invocations are counted for each function, calls within an invocation, both from 0. */
export type Fault =
  | {
      readonly on: FunctionName;
      readonly invocation: number;
      readonly call: number;
      readonly fault: CallFault;
      /** Milliseconds. */
      readonly delay: number;
    }
  /** After this invocation of `detect` the shard's position is lost: up to so many records of its lane come again. */
  | { readonly on: 'checkpoint'; readonly invocation: number; readonly back: number }
  /** The batch of this invocation of `detect` is handed out twice at once. */
  | { readonly on: 'poller'; readonly invocation: number }
  /** The messages of this invocation of `notify` are not deleted. */
  | { readonly on: 'deletion'; readonly invocation: number }
  /** The messages of this invocation of `notify` become visible again while it runs. */
  | { readonly on: 'visibility'; readonly invocation: number };
