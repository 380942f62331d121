import { type CaseChange, mayBecome } from '../../shared/model/case.ts';
import { adjudicateCase } from '../../shared/stores/adjudicate-case.ts';
import type { AdjudicationStream, Case, CaseStore } from '../../shared/stores/ports.ts';
import { type Answer, refusal } from './answer.ts';
import { type Caller, concerns } from './caller.ts';
import type { CaseworkRequest } from './read-request.ts';

export interface ResolvePorts {
  readonly cases: Pick<CaseStore, 'get' | 'change' | 'markAdjudicated'>;
  readonly adjudications: AdjudicationStream;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * Gives a case its verdict: first in the case, where it stays, then on the stream, where `detect` learns of it. A verdict that
 * doesn't reach the stream stands all the same, and `assess` puts it there.
 */
export async function resolveCase(
  { alertId, verdict, reason, revision }: Extract<CaseworkRequest, { action: 'resolve' }>,
  caller: Caller,
  ports: ResolvePorts,
): Promise<Answer> {
  const stored = await ports.cases.get(alertId);
  if (!stored) return refusal(404, `there is no case ${alertId}`);
  if (concerns(caller, stored.alert)) return refusal(403, 'nobody judges a case that concerns themselves');
  if (!mayBecome(stored.state, verdict)) return refusal(409, `case ${alertId} is ${stored.state} already`);
  if (revision !== undefined && stored.revision < revision)
    return refusal(409, `case ${alertId} has no revision ${revision}, it is at ${stored.revision}; look at it again`);
  if (revision !== undefined && stored.revision > revision)
    return refusal(409, `case ${alertId} has grown to revision ${stored.revision}; look at it again`);
  const change: CaseChange = {
    version: stored.history.length + 1,
    state: verdict,
    at: new Date(ports.now()).toISOString(),
    by: caller.arn,
    ...(caller.employeeId === undefined ? {} : { employeeId: caller.employeeId }),
    reason,
    revision: stored.revision,
  };
  if (!(await ports.cases.change(alertId, change)))
    return refusal(409, `somebody else changed case ${alertId} meanwhile; look at it again`);
  const judged: Case = { ...stored, state: verdict, history: [...stored.history, change] };
  try {
    await adjudicateCase(judged, ports.cases, ports.adjudications);
  } catch (error) {
    ports.warn(`the verdict on case ${alertId} waits for assess to put it on the stream`, error);
  }
  return { status: 200, body: { case: judged } };
}
