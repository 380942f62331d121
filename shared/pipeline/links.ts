import { type Access, ATTRIBUTES, FEW_SUBJECTS } from '../model/access.ts';
import type { Baseline } from '../model/baseline.ts';

/** The two kinds of access that say something together: a door that stayed shut, and somebody else who went through. */
export type LinkKind = 'refused' | 'read';

/** One access to a subject, as it is remembered for others. */
export interface LinkEntry {
  readonly actorId: string;
  /** Event time, epoch milliseconds. */
  readonly time: number;
}

/** The other kind of access to the same subject by somebody else, a short while before or after. */
export interface SubjectHit {
  readonly kind: 'subject';
  readonly subject: string;
  readonly actorId: string;
}

/** The machine is new to this access's actor, and somebody else was its first user. */
export interface DeviceHit extends DeviceOwner {
  readonly kind: 'device';
}

/** Refusals of one actor in one sitting, for which others' looks were found late. */
export interface LinkedLate {
  /** The latest of the refusals. */
  readonly access: Access;
  /** Who looked at whom, one a subject. */
  readonly hits: readonly SubjectHit[];
}

/** What others have to do with an access. */
export type LinkHit = SubjectHit | DeviceHit;

/** One user of a machine, as it is remembered for others. */
export interface DeviceUser {
  readonly actorId: string;
  /** Event time of the access, epoch milliseconds. */
  readonly time: number;
}

/** Whose machine it is: who used it first. */
export interface DeviceOwner {
  readonly actorId: string;
  /** Event time of the owner's first access on it, epoch milliseconds. */
  readonly since: number;
  /** Users so far, the owner among them and the one who asks not. */
  readonly users: number;
}

/** A machine that so many people have used is nobody's: a meeting room's, a jump host. */
export const DEVICE_USERS_KEPT = 4;

const DEVICE = ATTRIBUTES.indexOf('device');

/** Whether a machine is no habit of somebody's: only then is it asked whose it is. What comes more than a week late teaches nothing, and not that either. */
export function isNewDevice(baseline: Baseline | undefined, access: Access): boolean {
  const device = access.categories[DEVICE];
  if (!device || !access.allowed || access.late) return false;
  return !baseline?.habits.categories.some(({ attribute, hash }) => attribute === DEVICE && hash === device);
}

/** So many accesses of a kind to one subject are remembered: whoever was refused as well must not hide another's refusal behind their own. */
const KEPT = { ofOneActor: 4, ofAll: 8 } as const;

/**
 * What is remembered of a subject with one access more, the newest first. By event time, so that nothing is forgotten for something older
 * that comes late.
 */
export function remembered(known: readonly LinkEntry[], entry: LinkEntry): readonly LinkEntry[] {
  if (known.some(({ actorId, time }) => actorId === entry.actorId && time === entry.time)) return known;
  const counts = new Map<string, number>();
  return [...known, entry]
    .sort((a, b) => b.time - a.time)
    .filter(({ actorId }) => {
      const count = (counts.get(actorId) ?? 0) + 1;
      counts.set(actorId, count);
      return count <= KEPT.ofOneActor;
    })
    .slice(0, KEPT.ofAll);
}

/** How far apart in event time the two may lie. */
export const LINK_WITHIN_MS = 2 * 3_600_000;

/**
 * Which kind of link an access leaves, if any: none that is a list, even where it names only some. A ticket or an open hand-over explains itself.
 * What is late by more than a week is judged by facts alone.
 */
export function linkKindOf(access: Access): LinkKind | undefined {
  const { subjectHashes, subjectCount = subjectHashes.length } = access;
  if (
    access.late ||
    !access.protected ||
    subjectHashes.length === 0 ||
    Math.max(subjectCount, subjectHashes.length) > FEW_SUBJECTS
  )
    return undefined;
  if (!access.allowed) return 'refused';
  const unexplained = !access.approved && access.onBehalfOf === undefined;
  return access.population === 'foreign' && unexplained ? 'read' : undefined;
}

export const otherKind = (kind: LinkKind): LinkKind => (kind === 'read' ? 'refused' : 'read');

export const linkEntryOf = ({ actorId, time }: Access): LinkEntry => ({ actorId, time });

/** The first of remembered accesses of the other kind that belongs to this one: by another actor, refused first, read soon after. */
export function linkedWith(access: Access, kind: LinkKind, others: readonly LinkEntry[]): LinkEntry | undefined {
  return others.find(({ actorId, time }) => {
    const wait = kind === 'read' ? access.time - time : time - access.time;
    return actorId !== access.actorId && wait >= 0 && wait <= LINK_WITHIN_MS;
  });
}
