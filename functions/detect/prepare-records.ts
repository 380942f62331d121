import type { Access } from '../../shared/model/access.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { isNewDevice, type LinkHit, linkEntryOf, linkedWith, linkKindOf } from '../../shared/pipeline/links.ts';
import type { LinkStore } from '../../shared/stores/ports.ts';
import type { InputsFor, InputsInForce } from './inputs-in-force.ts';
import { type AdjudicationPorts, type PreparedAdjudication, prepareAdjudication } from './prepare-adjudication.ts';
import type { AccessRecord, BatchRecord } from './read-batch.ts';

/** A record that can be folded: an access, enriched, with whoever else met its subjects, or a verdict. Or why it can't be. */
export type PreparedRecord =
  | { readonly access: Access; readonly inForce: InputsInForce; readonly linkHits: readonly LinkHit[] }
  | PreparedAdjudication;
export type PreparedRecords = ReadonlyMap<BatchRecord, PreparedRecord>;

/**
 * Enriches a batch and looks up links, record by record in stream order: of two that belong together the second one sees the
 * first, in a replay as here. Links are written before any baseline, and writing them again changes nothing.
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
  const prepared = new Map<BatchRecord, PreparedRecord>();
  const machines = createMachines(baselines, links);
  for (const record of [...records].sort(bySequenceNumber)) {
    if (record.kind === 'adjudication') {
      prepared.set(record, await prepareAdjudication(record.adjudication, verdicts));
      continue;
    }
    const inForce = inputs.get(record.arrival);
    if (!inForce) throw new Error('a record has no inputs in force');
    const access = tryEnrich(record, inForce);
    if (typeof access === 'string') prepared.set(record, { reason: access });
    else
      prepared.set(record, {
        access,
        inForce,
        linkHits: concernsOthers(access, baselines.get(access.actorId))
          ? [...(await machines(access)), ...(await subjectHitsOf(access, links))]
          : NO_HITS,
      });
  }
  return prepared;
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
function tryEnrich({ event, time, arrival }: AccessRecord, inForce: InputsInForce): Access | string {
  try {
    return enrich(event, time, inForce, arrival);
  } catch (error) {
    return `could not be enriched: ${error instanceof Error ? error.message : error}`;
  }
}

/** Asks whose a machine is, once a batch for each machine that is no habit of its user's. */
function createMachines(baselines: ReadonlyMap<string, Baseline>, links: LinkStore) {
  const answers = new Map<string, Promise<readonly LinkHit[]>>();
  const ask = async (deviceId: string, { actorId, time }: Access): Promise<readonly LinkHit[]> => {
    const owner = await links.meetDevice(deviceId, { actorId, time });
    return owner ? [{ kind: 'device', ...owner }] : [];
  };
  return async (access: Access): Promise<readonly LinkHit[]> => {
    const { actorId, deviceId } = access;
    if (deviceId === undefined || !isNewDevice(baselines.get(actorId), access)) return [];
    const question = JSON.stringify([actorId, deviceId]);
    const answer = answers.get(question) ?? ask(deviceId, access);
    answers.set(question, answer);
    return answer;
  };
}

async function subjectHitsOf(access: Access, links: LinkStore): Promise<readonly LinkHit[]> {
  const kind = linkKindOf(access);
  if (!kind) return [];
  const entry = linkEntryOf(access);
  const met = await Promise.all(access.subjectHashes.map((subject) => links.meet(subject, kind, entry)));
  return access.subjectHashes.flatMap((subject, i) => {
    const other = linkedWith(access, kind, met[i] ?? []);
    return other ? [{ kind: 'subject' as const, subject, actorId: other.actorId }] : [];
  });
}
