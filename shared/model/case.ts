/** What a case can be: nobody has judged it yet, a person has, or nobody did in time. */
export const CASE_STATES = ['open', 'confirmed', 'dismissed', 'expired'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** How a case can end. */
export const CASE_OUTCOMES = ['confirmed', 'dismissed', 'expired'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

/** One change of a case's state. Changes are added and never altered: who judged what, when and why is kept for ever. */
export interface CaseChange {
  /** 1 for the first change, and one more for each. */
  readonly version: number;
  readonly state: CaseOutcome;
  /** RFC 3339. */
  readonly at: string;
  /** The IAM principal that asked for it, or `assess` where nobody did. */
  readonly by: string;
  /** Whom the directory knows the principal as. */
  readonly employeeId?: string;
  readonly reason: string;
  /** The newest revision of the alert at that time: later ones were not judged. */
  readonly revision: number;
}

/** How people learned of a revision, or why they did not. */
export const TELLINGS = ['alert', 'digest', 'reminder', 'suppressed', 'shadow'] as const;

/** One time that people were told of a case, or were kept from it by a suppression or shadow mode. Added, and never altered. */
export interface CaseTelling {
  /** When the topic had taken it, or when it was decided that nobody is told; RFC 3339. */
  readonly at: string;
  readonly revision: number;
  readonly as: (typeof TELLINGS)[number];
}

/** What is told of windows that were held back waits for so long for a verdict, in event time from the opening access. */
export const EXPIRES_AFTER_MS = 14 * 24 * 3_600_000;
/** An access that comes later than this is judged by policy alone; its case opens when it comes, and must not be over by then. */
const LATEST_MS = 7 * 24 * 3_600_000;

/**
 * From when on a case's fortnight counts: from the opening access, and for one that came late from a week before its case was stored.
 *
 * @param openedAt event time, epoch milliseconds @param storedAt when its first revision was stored
 */
export const ongoingSince = (openedAt: number, storedAt: number): number => Math.max(openedAt, storedAt - LATEST_MS);

/** So many cases expire in one run of `assess` at most; the next run takes the rest. */
export const EXPIRIES_A_RUN = 100;

/**
 * Whether a case may go from one state to another. A verdict is final: what it taught can't be unlearned. An expired case may
 * still be judged, for the record: its windows were learned when it expired.
 */
export function mayBecome(state: CaseState, outcome: CaseOutcome): boolean {
  if (state === 'open') return true;
  return state === 'expired' && outcome !== 'expired';
}
