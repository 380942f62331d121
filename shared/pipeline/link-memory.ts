import { LINK_WITHIN_MS, type LinkEntry, type LinkKind, otherKind } from './links.ts';

/** Subjects remembered before old ones are looked for. */
const SWEEP_ABOVE = 10_000;

/** The last refusal and the last unexplained read of each subject, in memory. */
export interface LinkMemory {
  /** Remembers an access to a subject. @returns the last one of the other kind */
  readonly meet: (subject: string, kind: LinkKind, entry: LinkEntry) => LinkEntry | undefined;
}

export function createLinkMemory(): LinkMemory {
  const subjects = new Map<string, { readonly [kind in LinkKind]?: LinkEntry }>();
  let sweepAbove = SWEEP_ABOVE;
  const sweep = (time: number) => {
    for (const [subject, { refused, read }] of subjects)
      if (Math.max(refused?.time ?? 0, read?.time ?? 0) < time - 2 * LINK_WITHIN_MS) subjects.delete(subject);
    sweepAbove = Math.max(SWEEP_ABOVE, 2 * subjects.size);
  };
  return {
    meet: (subject, kind, entry) => {
      const known = subjects.get(subject);
      subjects.set(subject, { ...known, [kind]: entry });
      if (subjects.size > sweepAbove) sweep(entry.time);
      return known?.[otherKind(kind)];
    },
  };
}
