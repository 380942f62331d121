import type { Alert } from './alert.ts';
import { SIGNAL_NAMES, type SignalName } from './signal-names.ts';

/** A suppression ends by itself after so long at most: what is hidden for longer is forgotten. */
export const MAXIMUM_SUPPRESSION_DAYS = 90;

/** A breach of policy is a fact, and facts can't be suppressed. */
export const SUPPRESSIBLE_SIGNALS: readonly SignalName[] = SIGNAL_NAMES.filter((name) => name !== 'unapproved-access');

/** What makes up less of the evidence than this doesn't bring an alert to people by itself. */
const SIDE_NOTE = 0.1;

/** That people are not to be told of some signals of one subject for a while. Kept for ever, like everything an analyst decides. */
export interface Suppression {
  readonly id: string;
  readonly subject: Alert['subject'];
  readonly signals: readonly SignalName[];
  /** RFC 3339. */
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  /** The IAM principal that asked for it, and whom the directory knows it as. */
  readonly by: string;
  readonly employeeId?: string;
  /** Present once somebody ended it before its time. */
  readonly lifted?: { readonly at: string; readonly by: string; readonly reason: string };
}

/** Whether a suppression holds at a time. @param now epoch milliseconds */
export const holdsAt = ({ from, until, lifted }: Suppression, now: number): boolean =>
  !lifted && Date.parse(from) <= now && now < Date.parse(until);

/** Whether a suppression held at some time of a span. @param from epoch milliseconds @param to the first millisecond after it */
export function heldWithin(suppression: Suppression, from: number, to: number): boolean {
  const end = Math.min(Date.parse(suppression.until), Date.parse(suppression.lifted?.at ?? suppression.until));
  return Date.parse(suppression.from) < to && end > from;
}

/**
 * The suppression under which people are not told of an alert: all in force together name everything that makes up its evidence,
 * and this one names what weighs most. A breach of policy is always told, and so is an alert to which a signal adds that nobody
 * suppressed. Nobody keeps from people what concerns themselves, were it through somebody else.
 *
 * @param suppressions of the alert's subject @param now epoch milliseconds
 */
export function suppressionOf(
  alert: Alert,
  suppressions: readonly Suppression[],
  now: number,
): Suppression | undefined {
  const weighty = alert.signals.filter(({ share }) => share >= SIDE_NOTE).sort((a, b) => b.share - a.share);
  const [heaviest] = weighty;
  if (!heaviest || alert.signals.some(({ signal }) => signal === 'unapproved-access')) return undefined;
  const concerned = [alert.subject.id, ...alert.relatedEmployees];
  const inForce = suppressions.filter(
    (suppression) => holdsAt(suppression, now) && !concerned.includes(suppression.employeeId ?? ''),
  );
  const named = new Set(inForce.flatMap(({ signals }) => signals));
  if (!weighty.every(({ signal }) => named.has(signal))) return undefined;
  return inForce.find(({ signals }) => signals.includes(heaviest.signal));
}
