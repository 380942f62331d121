import type { Access } from '../../shared/model/access.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { isNewDevice, type LinkHit, linkEntryOf, linkedWith, linkKindOf } from '../../shared/pipeline/links.ts';
import type { LinkStore } from '../../shared/stores/ports.ts';
import { allOver } from './all-over.ts';
import { createTurns } from './in-turn.ts';
import type { InputsFor, InputsInForce } from './inputs-in-force.ts';
import { meetInRuns } from './meet-subjects.ts';
import { type AdjudicationPorts, type PreparedAdjudication, prepareAdjudication } from './prepare-adjudication.ts';
import type { AccessRecord, BatchRecord } from './read-batch.ts';

/** A record that can be folded: an access, enriched, with whoever else met its subjects, or a verdict. Or why it can't be. */
export type PreparedRecord =
  | { readonly access: Access; readonly inForce: InputsInForce; readonly linkHits: readonly LinkHit[] }
  | PreparedAdjudication;
export type PreparedRecords = ReadonlyMap<BatchRecord, PreparedRecord>;

/**
 * Enriches a batch and looks up links: of two that belong together the second one in the stream sees the first, in a replay as here.
 * What has nothing to do with one another is asked at once, or somebody with a hundred machines would keep a shard waiting. Links are
 * written before any baseline, and writing them again changes nothing.
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
  const inputs = await inputsByArrival(
    records.filter((record) => record.kind === 'access'),
    inputsFor,
  );
  const askLinks = createLinkQuestions(baselines, links);
  const prepare = (record: BatchRecord): PreparedRecord | Promise<PreparedRecord> => {
    if (record.kind === 'adjudication') return prepareAdjudication(record.adjudication, verdicts);
    const inForce = inputs.get(record.arrival);
    if (!inForce) return Promise.reject(new Error('a record has no inputs in force'));
    const read = tryEnrich(record, inForce);
    if ('reason' in read) return read;
    const { access } = read;
    if (!concernsOthers(access, baselines.get(access.actorId))) return { access, inForce, linkHits: NO_HITS };
    return askLinks(access).then((linkHits) => ({ access, inForce, linkHits }));
  };
  const inOrder = [...records].sort(bySequenceNumber);
  const ready = await allOver(inOrder.map(prepare));
  return new Map(inOrder.map((record, i) => [record, ready[i] as PreparedRecord]));
}

const NO_HITS: readonly LinkHit[] = [];

/** Most accesses come from a machine of one's own and are about nobody in particular: there is nothing to wait for. */
const concernsOthers = (access: Access, baseline: Baseline | undefined): boolean =>
  isNewDevice(baseline, access) || linkKindOf(access) !== undefined;

const bySequenceNumber = (a: BatchRecord, b: BatchRecord) =>
  a.position.sequenceNumber < b.position.sequenceNumber ? -1 : 1;

/**
 * Resolves the inputs in force, latest arrival first: one answer then covers all the earlier ones down to its stamp, which is
 * nearly always the whole batch.
 */
async function inputsByArrival(records: readonly AccessRecord[], inputsFor: InputsFor) {
  const inputs = new Map<number, InputsInForce>();
  const arrivals = new Set(records.map((record) => record.arrival));
  for (const arrival of [...arrivals].sort((a, b) => b - a)) inputs.set(arrival, await inputsFor(arrival));
  return inputs;
}

/** @returns the access, or why a record that looked good can't be one */
function tryEnrich(
  { event, time, arrival }: AccessRecord,
  inForce: InputsInForce,
): { readonly access: Access } | { readonly reason: string } {
  try {
    return { access: enrich(event, time, inForce, arrival) };
  } catch (error) {
    return { reason: `could not be enriched: ${error instanceof Error ? error.message : error}` };
  }
}

/** Asks who else met an access's subjects and its machine; questions about the same one wait for one another. */
function createLinkQuestions(baselines: ReadonlyMap<string, Baseline>, links: LinkStore) {
  const machines = new Map<string, Promise<readonly LinkHit[]>>();
  const inTurn = createTurns();
  const meet = meetInRuns(links, inTurn);
  const askMachine = async (deviceId: string, { actorId, time }: Access): Promise<readonly LinkHit[]> => {
    const owner = await inTurn(`machine ${deviceId}`, () => links.meetDevice(deviceId, { actorId, time }));
    return owner ? [{ kind: 'device', ...owner }] : [];
  };
  /** Once a batch for each machine that is no habit of its user's. */
  const machineHitsOf = async (access: Access): Promise<readonly LinkHit[]> => {
    const { actorId, deviceId } = access;
    if (deviceId === undefined || !isNewDevice(baselines.get(actorId), access)) return NO_HITS;
    const question = JSON.stringify([actorId, deviceId]);
    const answer = machines.get(question) ?? askMachine(deviceId, access);
    machines.set(question, answer);
    return answer;
  };
  const subjectHitsOf = async (access: Access): Promise<readonly LinkHit[]> => {
    const kind = linkKindOf(access);
    if (!kind) return NO_HITS;
    const entry = linkEntryOf(access);
    const hits = await allOver(
      access.subjectHashes.map(async (subject) => {
        const met = await meet(subject, kind, entry);
        const other = linkedWith(access, kind, met);
        return other ? [{ kind: 'subject' as const, subject, actorId: other.actorId }] : [];
      }),
    );
    return hits.flat();
  };
  return async (access: Access): Promise<readonly LinkHit[]> =>
    (await allOver([machineHitsOf(access), subjectHitsOf(access)])).flat();
}
