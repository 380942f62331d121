import type { Access } from '../model/access.ts';
import {
  isLinked,
  LINK_WITHIN_MS,
  type LinkEntry,
  type LinkHit,
  type LinkKind,
  linkEntryOf,
  linkKindOf,
} from './links.ts';

/** Subjects remembered before old ones are looked for. */
const SWEEP_ABOVE = 10_000;

/** Links of a replay, in memory: the last refusal and the last unexplained read of each subject. */
export interface LinkMemory {
  /** Remembers an access, then says whose other accesses it meets. */
  readonly meet: (access: Access) => readonly LinkHit[];
}

export function createLinkMemory(): LinkMemory {
  const subjects = new Map<string, { [kind in LinkKind]?: LinkEntry }>();
  let sweepAbove = SWEEP_ABOVE;
  return {
    meet: (access) => {
      const kind = linkKindOf(access);
      if (!kind) return [];
      const entry = linkEntryOf(access);
      const other: LinkKind = kind === 'read' ? 'refused' : 'read';
      const hits: LinkHit[] = [];
      for (const subject of access.subjectHashes) {
        const known = { ...subjects.get(subject), [kind]: entry };
        subjects.set(subject, known);
        const met = known[other];
        if (met && isLinked(access, kind, met)) hits.push({ subject, actorId: met.actorId });
      }
      if (subjects.size > sweepAbove) {
        for (const [subject, { refused, read }] of subjects)
          if (Math.max(refused?.time ?? 0, read?.time ?? 0) < access.time - 2 * LINK_WITHIN_MS)
            subjects.delete(subject);
        sweepAbove = Math.max(SWEEP_ABOVE, 2 * subjects.size);
      }
      return hits;
    },
  };
}
