import { anAdjudication } from '../model/adjudication.ts';
import type { AdjudicationStream, Case, CaseStore } from './ports.ts';

/**
 * Puts a case's newest verdict on the stream, then notes that it lies there: a crash between the two puts it twice. Cases about
 * offices and sources concern no baseline, so there is nothing to put.
 */
export async function adjudicateCase(
  judged: Case,
  cases: Pick<CaseStore, 'markAdjudicated'>,
  stream: AdjudicationStream,
): Promise<void> {
  const change = judged.history.at(-1);
  if (!change) return;
  const { alertId, alert } = judged;
  if (alert.subject.type === 'employee' || alert.subject.type === 'service') {
    const { state: verdict, by, at, version: caseVersion } = change;
    await stream.put(anAdjudication({ actorId: alert.subject.id, alertId, verdict, by, at, caseVersion }));
  }
  await cases.markAdjudicated(alertId, change.version);
}
