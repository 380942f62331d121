import {
  DEVICE_USERS_KEPT,
  type DeviceOwner,
  type DeviceUser,
  LINK_WITHIN_MS,
  type LinkEntry,
  type LinkKind,
  otherKind,
  remembered,
} from './links.ts';

/** Subjects remembered before old ones are looked for. */
const SWEEP_ABOVE = 10_000;

/** The refusals and unexplained reads of each subject that have to be remembered, and the users of each machine, in memory. */
export interface LinkMemory {
  /** Remembers an access to a subject. @returns those of the other kind, the newest first */
  readonly meet: (subject: string, kind: LinkKind, entry: LinkEntry) => readonly LinkEntry[];
  /** Remembers who uses a machine. @returns whose it is; nobody's once there are too many users, and where it is the user's own */
  readonly meetDevice: (deviceId: string, user: DeviceUser) => DeviceOwner | undefined;
}

const NOBODY: { readonly [kind in LinkKind]: readonly LinkEntry[] } = { refused: [], read: [] };

export function createLinkMemory(): LinkMemory {
  const subjects = new Map<string, { readonly [kind in LinkKind]: readonly LinkEntry[] }>();
  const devices = new Map<string, { readonly first: DeviceUser; readonly users: ReadonlySet<string> }>();
  let sweepAbove = SWEEP_ABOVE;
  const sweep = (time: number) => {
    for (const [subject, { refused, read }] of subjects)
      if ([...refused, ...read].every((entry) => entry.time < time - 2 * LINK_WITHIN_MS)) subjects.delete(subject);
    sweepAbove = Math.max(SWEEP_ABOVE, 2 * subjects.size);
  };
  return {
    meet: (subject, kind, entry) => {
      const known = subjects.get(subject) ?? NOBODY;
      subjects.set(subject, { ...known, [kind]: remembered(known[kind], entry) });
      if (subjects.size > sweepAbove) sweep(entry.time);
      return known[otherKind(kind)];
    },
    meetDevice: (deviceId, user) => {
      const { first, users } = devices.get(deviceId) ?? { first: user, users: new Set<string>() };
      const isKnown = users.has(user.actorId);
      if (!isKnown && users.size >= DEVICE_USERS_KEPT) return undefined;
      if (!isKnown) devices.set(deviceId, { first, users: new Set([...users, user.actorId]) });
      if (first.actorId === user.actorId) return undefined;
      return { actorId: first.actorId, since: first.time, users: users.size - (isKnown ? 1 : 0) };
    },
  };
}
