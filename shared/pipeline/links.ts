import type { Access } from '../model/access.ts';

/** The two kinds of access that say something together: a door that stayed shut, and somebody else who went through. */
export type LinkKind = 'refused' | 'read';

/** One access to a subject, as it is remembered for others. */
export interface LinkEntry {
  readonly actorId: string;
  /** Event time, epoch milliseconds. */
  readonly time: number;
  readonly eventId: string;
}

/** The other kind of access to the same subject by somebody else, a short while before or after. */
export interface LinkHit {
  readonly subject: string;
  readonly actorId: string;
}

/** How far apart in event time the two may lie. */
export const LINK_WITHIN_MS = 2 * 3_600_000;
/** More subjects at once are a list, even where only some are named: nobody asked for these in particular. */
const FEW_SUBJECTS = 5;

/** Which kind of link an access leaves, if any. A ticket or an open hand-over explains itself. */
export function linkKindOf(access: Access): LinkKind | undefined {
  const { subjectHashes, subjectCount = subjectHashes.length } = access;
  if (!access.protected || subjectHashes.length === 0 || Math.max(subjectCount, subjectHashes.length) > FEW_SUBJECTS)
    return undefined;
  if (!access.allowed) return 'refused';
  const unexplained = !access.approved && access.onBehalfOf === undefined;
  return access.population === 'foreign' && unexplained ? 'read' : undefined;
}

export const otherKind = (kind: LinkKind): LinkKind => (kind === 'read' ? 'refused' : 'read');

export const linkEntryOf = (access: Access): LinkEntry => ({
  actorId: access.actorId,
  time: access.time,
  eventId: access.id,
});

/** Whether a remembered access of the other kind belongs to this one: another actor, refused first, read soon after. */
export function isLinked(access: Access, kind: LinkKind, other: LinkEntry): boolean {
  const wait = kind === 'read' ? access.time - other.time : other.time - access.time;
  return other.actorId !== access.actorId && wait >= 0 && wait <= LINK_WITHIN_MS;
}
