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
  /** Event time of the first of them, epoch milliseconds. */
  readonly since: number;
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

/** How far apart in event time the two may lie. */
export const LINK_WITHIN_MS = 2 * 3_600_000;
/** What comes a day late may belong to what was two hours before it. */
const REMEMBERED_MS = 24 * 3_600_000 + LINK_WITHIN_MS;

/**
 * What has to be remembered of a subject with one access more, the newest first: as few as say of every access of the other kind whether it
 * belongs to one of somebody else's. Whoever is refused again and again, alone or with helpers, hides no refusal by it.
 *
 * The first and the last of a span of two hours are never left out, whatever comes later: so two that leave out something at the same time, and don't
 * know of one another, leave out nothing that the other's rests on.
 *
 * @param known accesses of one kind to one subject, of about a day
 */
export function remembered(known: readonly LinkEntry[], entry: LinkEntry): readonly LinkEntry[] {
  if (known.some(({ actorId, time }) => actorId === entry.actorId && time === entry.time)) return known;
  const all = [...known, entry].sort((a, b) => (isBefore(a, b) ? 1 : -1));
  const oldest = (all[0]?.time ?? 0) - REMEMBERED_MS;
  return all.filter((one) => one.time >= oldest && !isSaidBy(all, one));
}

/** In time, and among those of one time in an order of their own. */
const isBefore = (a: LinkEntry, b: LinkEntry): boolean =>
  a.time < b.time || (a.time === b.time && a.actorId < b.actorId);

const spanOf = ({ time }: LinkEntry) => Math.floor(time / LINK_WITHIN_MS);

/**
 * Whether others say all that an access says. Its own actor's do where they lie on both sides of it in one span of two hours: whatever belongs to it
 * belongs to one of these. So do those of two actors on each side, of whom one is not whoever is asked about.
 */
function isSaidBy(all: readonly LinkEntry[], one: LinkEntry): boolean {
  const within = all.filter((other) => other !== one && spanOf(other) === spanOf(one));
  const before = within.filter((other) => isBefore(other, one)).map(({ actorId }) => actorId);
  const after = within.filter((other) => isBefore(one, other)).map(({ actorId }) => actorId);
  const isOwn = before.includes(one.actorId) && after.includes(one.actorId);
  return isOwn || (new Set(before).size > 1 && new Set(after).size > 1);
}

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
export function linkedWith(access: LinkEntry, kind: LinkKind, others: readonly LinkEntry[]): LinkEntry | undefined {
  return others.find(({ actorId, time }) => {
    const wait = kind === 'read' ? access.time - time : time - access.time;
    return actorId !== access.actorId && wait >= 0 && wait <= LINK_WITHIN_MS;
  });
}
