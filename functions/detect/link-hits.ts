import type { Access } from '../../shared/model/access.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { type DeviceHit, isNewDevice, type LinkHit, linkKindOf, type SubjectHit } from '../../shared/pipeline/links.ts';
import { allOver } from '../../shared/stores/all-over.ts';
import type { LinkStore } from '../../shared/stores/link-ports.ts';
import { createTurns } from './in-turn.ts';

/** What others have to do with accesses; most have nothing. */
export type LinkHits = ReadonlyMap<Access, readonly LinkHit[]>;

/**
 * Asks who else met the subjects and the machines of a batch.
 *
 * @param accesses in the order of the stream
 * @throws when others can't be asked, once all questions are over
 */
export async function linkHitsOf(
  accesses: readonly Access[],
  baselines: ReadonlyMap<string, Baseline>,
  links: LinkStore,
): Promise<LinkHits> {
  const [machines, subjects] = await allOver([
    machineHitsOf(accesses, baselines, links),
    subjectHitsOf(accesses, links),
  ]);
  const hits = new Map<Access, readonly LinkHit[]>(machines);
  for (const [access, met] of subjects) hits.set(access, [...(hits.get(access) ?? []), ...met]);
  return hits;
}

/** All of a batch at once: what they leave is billed by the item. */
async function subjectHitsOf(
  accesses: readonly Access[],
  links: LinkStore,
): Promise<readonly (readonly [Access, readonly SubjectHit[]])[]> {
  const linking = accesses.filter((access) => linkKindOf(access) !== undefined);
  if (linking.length === 0) return [];
  const hits = await links.meet(linking);
  return linking.map((access, i) => [access, hits[i] ?? []]);
}

/**
 * Asks whose each machine is that is no habit of its user's, once a batch. What has nothing to do with one another is asked at once, or
 * somebody with a hundred machines would keep a shard waiting; questions about the same machine follow one another.
 */
async function machineHitsOf(
  accesses: readonly Access[],
  baselines: ReadonlyMap<string, Baseline>,
  links: LinkStore,
): Promise<readonly (readonly [Access, readonly DeviceHit[]])[]> {
  const inTurn = createTurns();
  const answers = new Map<string, Promise<readonly DeviceHit[]>>();
  const ask = async (deviceId: string, { actorId, time }: Access): Promise<readonly DeviceHit[]> => {
    const owner = await inTurn(deviceId, () => links.meetDevice(deviceId, { actorId, time }));
    return owner ? [{ kind: 'device', ...owner }] : [];
  };
  const asked = accesses.flatMap((access) => {
    const { actorId, deviceId } = access;
    if (deviceId === undefined || !isNewDevice(baselines.get(actorId), access)) return [];
    const question = JSON.stringify([actorId, deviceId]);
    const answer = answers.get(question) ?? ask(deviceId, access);
    answers.set(question, answer);
    return [answer.then((hits) => [access, hits] as const)];
  });
  return allOver(asked);
}
