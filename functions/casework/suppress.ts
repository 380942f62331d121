import { hash } from 'node:crypto';
import { EMPTY_DIRECTORY } from '../../shared/model/directory.ts';
import type { Suppression } from '../../shared/model/suppression.ts';
import type { SuppressionStore } from '../../shared/stores/ports.ts';
import { type Answer, refusal } from './answer.ts';
import type { Caller } from './caller.ts';
import type { DirectoryInForce } from './directory-in-force.ts';
import { isKnownSubject } from './known-subject.ts';
import type { CaseworkRequest } from './read-request.ts';

export interface SuppressPorts {
  readonly suppressions: SuppressionStore;
  readonly directoryInForce: DirectoryInForce;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/**
 * Keeps some signals of one subject from people for a while. Cases are stored all the same. The answer warns of a subject that
 * nothing is known of: somebody may have mistyped it.
 */
export async function suppress(
  { subject, signals: asked, days, reason }: Extract<CaseworkRequest, { action: 'suppress' }>,
  caller: Caller,
  { suppressions, directoryInForce, now }: SuppressPorts,
): Promise<Answer> {
  if (subject.id === caller.employeeId) return refusal(403, 'nobody suppresses alerts about themselves');
  const signals = [...new Set(asked)];
  const from = new Date(now()).toISOString();
  const suppression: Suppression = {
    // The same request in the same moment is the same suppression.
    id: hash('sha256', JSON.stringify([subject, signals, days, reason, caller.arn, from])).slice(0, 16),
    subject,
    signals,
    from,
    until: new Date(now() + days * DAY_MS).toISOString(),
    reason,
    by: caller.arn,
    ...(caller.employeeId === undefined ? {} : { employeeId: caller.employeeId }),
  };
  const isKnown = isKnownSubject(subject, (await directoryInForce(now())) ?? EMPTY_DIRECTORY, now());
  await suppressions.add(suppression);
  const warning = `the directory knows no ${subject.type} ${subject.id}`;
  return { status: 200, body: { suppression, ...(isKnown ? {} : { warning }) } };
}

/** Ends a suppression before its time. */
export async function lift(
  { subject, id, reason }: Extract<CaseworkRequest, { action: 'lift' }>,
  caller: Caller,
  { suppressions, now }: SuppressPorts,
): Promise<Answer> {
  const lifted = { at: new Date(now()).toISOString(), by: caller.arn, reason };
  const done = await suppressions.lift({ subject, id }, lifted);
  return done ? { status: 200, body: { lifted } } : refusal(404, `${subject.id} has no suppression ${id} to end`);
}
