import type { Adjudication } from '../../shared/model/adjudication.ts';
import type { HeldWindow } from '../../shared/model/held-window.ts';
import type { Settlement } from '../../shared/pipeline/apply-adjudication.ts';
import { allOver } from '../../shared/stores/all-over.ts';
import type { Case, CaseStore, HeldWindowStore } from '../../shared/stores/ports.ts';
import type { BatchRecord } from './read-batch.ts';

/** A verdict that its case backs, with the windows that wait for it. Or why it isn't believed. */
export type PreparedAdjudication =
  | { readonly settlement: Settlement; readonly windows: readonly HeldWindow[] }
  | { readonly reason: string };

export interface AdjudicationPorts {
  readonly cases: Pick<CaseStore, 'get'>;
  readonly held: Pick<HeldWindowStore, 'load'>;
}

/** The verdicts among records, see `prepareAdjudication`; what has nothing to do with one another is asked at once. */
export async function prepareAdjudications(
  records: readonly BatchRecord[],
  ports: AdjudicationPorts,
): Promise<readonly (readonly [BatchRecord, PreparedAdjudication])[]> {
  const verdicts = records.filter((record) => record.kind === 'adjudication');
  return allOver(
    verdicts.map(async (record) => [record, await prepareAdjudication(record.adjudication, ports)] as const),
  );
}

/**
 * Checks a verdict against its case: many may write to the stream, and few may write cases. A verdict that was overtaken by a
 * later one is still true.
 *
 * @throws when cases or held windows can't be read: nothing of the batch is applied then
 */
async function prepareAdjudication(
  adjudication: Adjudication,
  { cases, held }: AdjudicationPorts,
): Promise<PreparedAdjudication> {
  const { actorId, alertId, verdict } = adjudication;
  const judged = await cases.get(alertId);
  if (!judged || !backs(judged, adjudication)) return { reason: 'adjudication: its case does not say so' };
  return { settlement: { alertId, verdict }, windows: await held.load(actorId, alertId) };
}

function backs({ alert, history }: Case, { actorId, verdict, by, at, caseVersion }: Adjudication): boolean {
  const change = history[caseVersion - 1];
  return alert.subject.id === actorId && change?.state === verdict && change.by === by && change.at === at;
}
