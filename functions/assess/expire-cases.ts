import { type CaseChange, EXPIRES_AFTER_MS, EXPIRIES_A_RUN } from '../../shared/model/case.ts';
import { adjudicateCase } from '../../shared/stores/adjudicate-case.ts';
import type { AdjudicationStream, CaseStore } from '../../shared/stores/ports.ts';

export interface ExpiryPorts {
  readonly cases: Pick<CaseStore, 'open' | 'change' | 'unadjudicated' | 'markAdjudicated'>;
  readonly adjudications: AdjudicationStream;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** `casework` puts a verdict on the stream itself, at once; one that isn't there after so long was left behind by a crash. */
const LEFT_BEHIND_MS = 60_000;

/**
 * Ends cases that nobody judged for a fortnight: what was held back for them is learned after all, since a permanent freeze
 * would make permanent alerts. So many a run at most, the oldest first.
 *
 * @returns how many expired
 */
export async function expireCases({ cases, adjudications, now }: ExpiryPorts): Promise<number> {
  const due = await cases.open({ openedAtOrBefore: now() - EXPIRES_AFTER_MS, limit: EXPIRIES_A_RUN });
  let expired = 0;
  for (const open of due) {
    const change: CaseChange = {
      version: open.history.length + 1,
      state: 'expired',
      at: new Date(now()).toISOString(),
      by: 'assess',
      reason: 'nobody judged it within 14 days',
      revision: open.revision,
    };
    // An analyst who judges it in this moment wins.
    if (!(await cases.change(open.alertId, change))) continue;
    await adjudicateCase({ ...open, state: 'expired', history: [...open.history, change] }, cases, adjudications);
    expired++;
  }
  return expired;
}

/** Puts verdicts on the stream that a crash kept from it. @returns how many */
export async function repairAdjudications({ cases, adjudications, now }: ExpiryPorts): Promise<number> {
  const leftBehind = await cases.unadjudicated(now() - LEFT_BEHIND_MS);
  for (const judged of leftBehind) await adjudicateCase(judged, cases, adjudications);
  return leftBehind.length;
}
