import type { Access } from '../model/access.ts';
import { createLinkMemory } from '../pipeline/link-memory.ts';
import { type LinkEntry, linkEntryOf, linkedWith, linkKindOf, remembered, type SubjectHit } from '../pipeline/links.ts';
import { allOver } from './all-over.ts';
import type { LinkMark } from './link-marks.ts';
import type { LinkLog, LinkStore, RefusalStore } from './link-ports.ts';
import { LOOK_NOTED_WITHIN_MS } from './link-times.ts';

type Refused = ReadonlyMap<string, readonly LinkEntry[]>;

/**
 * Remembers a batch's accesses to subjects and says whom they met, see `LinkStore.meet`.
 *
 * Looks are many and refusals few, some 20 to one: a look asks who was refused before it, which costs half a read, and all looks are
 * noted together. A refusal is an item that looks find, and is noted for whoever joins it with looks that came before it. It
 * is the refusal that has to be written first of the two: whoever reads in the log that it came finds it.
 *
 * @param now epoch milliseconds
 */
export function meetSubjects(
  refusals: RefusalStore,
  log: Pick<LinkLog, 'noteLooks' | 'noteRefusals'>,
  now: () => number,
): LinkStore['meet'] {
  const take = async (accesses: readonly Access[], consistent: boolean) => {
    const subjects = new Set(accesses.flatMap((access) => (isLook(access) ? access.subjectHashes : [])));
    return meetInOrder(accesses, subjects.size > 0 ? await refusals.before([...subjects], consistent) : NOBODY);
  };
  const noteLooks = async (accesses: readonly Access[], hits: readonly (readonly SubjectHit[])[]) => {
    const looks = accesses.flatMap((access, i) => (isLook(access) ? marksOf(access, hits[i] ?? []) : []));
    if (looks.length > 0) await log.noteLooks(looks);
  };
  const noteRefused = async (accesses: readonly Access[]) => {
    const refused = accesses.filter((access) => linkKindOf(access) === 'refused');
    if (refused.length === 0) return;
    await allOver([...lastRefusals(refused)].map(([subject, entries]) => refusals.note(subject, entries)));
    await log.noteRefusals(refused);
  };
  return async (accesses) => {
    const asked = now();
    // Before its own refusals are written: what the batch has among itself it meets in its order.
    const hits = await take(accesses, false);
    await allOver([noteLooks(accesses, hits), noteRefused(accesses)]);
    if (now() - asked <= LOOK_NOTED_WITHIN_MS || !accesses.some(isLook)) return hits;
    // Somebody may have been refused meanwhile and have been joined already. What is noted now is seen by whoever comes later.
    const again = await take(accesses, true);
    return accesses.map((access, i) => (isLook(access) ? again[i] : hits[i]) ?? []);
  };
}

const NOBODY: Refused = new Map();

const isLook = (access: Access) => linkKindOf(access) === 'read';

/** @param refused who was refused before the batch */
function meetInOrder(accesses: readonly Access[], refused: Refused): readonly (readonly SubjectHit[])[] {
  const batch = createLinkMemory();
  return accesses.map((access) => {
    const kind = linkKindOf(access);
    if (!kind) return [];
    return access.subjectHashes.flatMap((subject) => {
      const within = batch.meet(subject, kind, linkEntryOf(access));
      const before = kind === 'read' ? (refused.get(subject) ?? []) : [];
      const other = linkedWith(access, kind, [...within, ...before]);
      return other ? [{ kind: 'subject' as const, subject, actorId: other.actorId }] : [];
    });
  });
}

/** A look that met somebody may belong to somebody else's refusal as well, which comes late. */
function marksOf({ actorId, time, subjectHashes }: Access, hits: readonly SubjectHit[]): readonly LinkMark[] {
  return subjectHashes.map((subject) => {
    const met = hits.find((hit) => hit.subject === subject)?.actorId ?? '';
    return { subject, actorId, time, met };
  });
}

/** Of each subject what is remembered of a batch's refusals. */
function lastRefusals(refused: readonly Access[]): ReadonlyMap<string, readonly LinkEntry[]> {
  const last = new Map<string, readonly LinkEntry[]>();
  for (const access of refused)
    for (const subject of access.subjectHashes)
      last.set(subject, remembered(last.get(subject) ?? [], linkEntryOf(access)));
  return last;
}
