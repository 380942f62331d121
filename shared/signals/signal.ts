import type { Access } from '../model/access.ts';
import type { Baseline } from '../model/baseline.ts';
import type { Settings } from '../model/settings.ts';
import type { SignalName } from '../model/signal-names.ts';
import type { Shock } from '../model/snapshot.ts';
import type { LinkHit } from '../pipeline/links.ts';
import type { PeerPriors } from '../pipeline/peer-priors.ts';
import type { PriorTail } from '../stats/tail-curve.ts';

/** Signals of one family tend to fire together: only the strongest of a family counts. */
export const FAMILIES = [
  'amount',
  'novelty',
  'time',
  'refusal',
  'account',
  'targets',
  'policy',
  'dormancy',
  'drip',
  'links',
  'machine',
] as const;
export type Family = (typeof FAMILIES)[number];

/** What a measure looks at: one access, and the actor's baseline with the access in its running windows but not in its habits. */
export interface View {
  readonly access: Access;
  readonly baseline: Baseline;
  readonly peers: PeerPriors;
  /** What the actor's whole team goes through today. */
  readonly shock: Shock;
  readonly settings: Settings;
  /** Others' accesses to the same subjects that this one meets. */
  readonly linkHits: readonly LinkHit[];
  /** 0 to 1: how much the actor's own habits count beside the peers' (less before there is enough history). */
  readonly trust: number;
}

/** What an alert says of a measure. */
export interface Explanation {
  readonly observed: number;
  readonly expected: { readonly median: number; readonly low: number; readonly high: number };
  readonly unit: string;
  readonly text: string;
}

/** One way to look at an access. */
export interface Measure {
  /** Unique; part of calibrations and alerts. */
  readonly name: string;
  /**
   * How odd this access makes things look, 0 for not at all. Any scale: it is calibrated against the daily maxima of
   * ordinary employee-days before it is compared with anything.
   */
  readonly strength: (view: View) => number;
  /** Assumed tail of the daily maximum before there is history. */
  readonly priorTail: PriorTail;
  /** What it can add at most, −log10: evidence that is common among honest people supports and never convinces. @default - no bound */
  readonly mostLevel?: number;
  /** Whether what this person always scores is subtracted; never where slow growth is the very point. */
  readonly ownBias: boolean;
  readonly explain: (view: View) => Explanation;
}

export interface Signal {
  readonly name: SignalName;
  readonly family: Family;
  /** Whether it also judges people who aren't foreign. */
  readonly judges: 'foreign' | 'everyone';
  readonly measures: readonly Measure[];
}
