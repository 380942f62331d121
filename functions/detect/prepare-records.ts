import type { Access } from '../../shared/model/access.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import type { LinkedLate, LinkHit } from '../../shared/pipeline/links.ts';
import { allOver } from '../../shared/stores/all-over.ts';
import type { LinkStore } from '../../shared/stores/link-ports.ts';
import type { InputsFor, InputsInForce } from './inputs-in-force.ts';
import { linkHitsOf } from './link-hits.ts';
import { type AdjudicationPorts, type PreparedAdjudication, prepareAdjudications } from './prepare-adjudication.ts';
import type { AccessRecord, BatchRecord } from './read-batch.ts';

/** A record that can be folded: an access, enriched, with whoever else met its subjects, late links, or a verdict. Or why it can't be. */
export type PreparedRecord =
  | { readonly access: Access; readonly inForce: InputsInForce; readonly linkHits: readonly LinkHit[] }
  | { readonly linkedLate: LinkedLate; readonly inForce: InputsInForce }
  | PreparedAdjudication;
export type PreparedRecords = ReadonlyMap<BatchRecord, PreparedRecord>;

/**
 * Enriches a batch and looks up links: of two that belong together the second one in the stream sees the first, in a replay as here.
 * Links are written before any baseline, and writing them again changes nothing.
 *
 * @throws when inputs, links or cases can't be read: nothing of the batch is applied then
 */
export async function prepareRecords(
  records: readonly BatchRecord[],
  baselines: ReadonlyMap<string, Baseline>,
  inputsFor: InputsFor,
  links: LinkStore,
  verdicts: AdjudicationPorts,
): Promise<PreparedRecords> {
  const inputs = await inputsByArrival(records, inputsFor);
  const prepared = new Map<BatchRecord, PreparedRecord>();
  const enriched = new Map<BatchRecord, Enriched>();
  const inOrder = [...records].sort(bySequenceNumber);
  for (const record of inOrder) {
    if (record.kind !== 'access') continue;
    const read = tryEnrich(record, inForceAt(inputs, record));
    if ('reason' in read) prepared.set(record, read);
    else enriched.set(record, read);
  }
  const accesses = [...enriched.values()].map(({ access }) => access);
  const [hits, settlements, linkedLate] = await allOver([
    linkHitsOf(accesses, baselines, links),
    prepareAdjudications(inOrder, verdicts),
    prepareLateLinks(inOrder, inputs, links),
  ]);
  for (const [record, { access, inForce }] of enriched)
    prepared.set(record, { access, inForce, linkHits: hits.get(access) ?? NO_HITS });
  for (const [record, ready] of [...settlements, ...linkedLate]) prepared.set(record, ready);
  return prepared;
}

/** An access with what it is judged by. */
interface Enriched {
  readonly access: Access;
  readonly inForce: InputsInForce;
}

const NO_HITS: readonly LinkHit[] = [];

function inForceAt(inputs: ReadonlyMap<number, InputsInForce>, { arrival }: BatchRecord): InputsInForce {
  const inForce = inputs.get(arrival);
  if (!inForce) throw new Error('a record has no inputs in force');
  return inForce;
}

/** Late links that what is noted backs. */
async function prepareLateLinks(
  records: readonly BatchRecord[],
  inputs: ReadonlyMap<number, InputsInForce>,
  links: Pick<LinkStore, 'late'>,
): Promise<readonly (readonly [BatchRecord, PreparedRecord])[]> {
  const named = records.filter((record) => record.kind === 'late-links');
  if (named.length === 0) return [];
  const found = await links.late(named.map(({ lateLinks }) => lateLinks));
  return named.map((record, i) => {
    const linkedLate = found[i];
    if (!linkedLate) return [record, { reason: 'late links: nothing that is noted says so' }];
    return [record, { linkedLate, inForce: inForceAt(inputs, record) }];
  });
}

const bySequenceNumber = (a: BatchRecord, b: BatchRecord) =>
  a.position.sequenceNumber < b.position.sequenceNumber ? -1 : 1;

/**
 * Resolves the inputs in force, latest arrival first: one answer then covers all the earlier ones down to its stamp, which is
 * nearly always the whole batch.
 */
async function inputsByArrival(records: readonly BatchRecord[], inputsFor: InputsFor) {
  const inputs = new Map<number, InputsInForce>();
  const arrivals = new Set(records.flatMap(({ kind, arrival }) => (kind === 'adjudication' ? [] : arrival)));
  for (const arrival of [...arrivals].sort((a, b) => b - a)) inputs.set(arrival, await inputsFor(arrival));
  return inputs;
}

/** @returns why a record that looked good can't be an access, where it can't */
function tryEnrich(
  { event, time, arrival }: AccessRecord,
  inForce: InputsInForce,
): Enriched | { readonly reason: string } {
  try {
    return { access: enrich(event, time, inForce, arrival), inForce };
  } catch (error) {
    return { reason: `could not be enriched: ${error instanceof Error ? error.message : error}` };
  }
}
