import type { Access } from '../model/access.ts';
import type { LateLink, LateLinks } from '../model/late-links.ts';
import type { DeviceOwner, DeviceUser, LinkEntry, LinkedLate, SubjectHit } from '../pipeline/links.ts';
import type { LinkMark } from './link-marks.ts';

/** Who was refused, and who looked at, each subject, and whose each machine is: what people leave for one another. */
export interface LinkStore {
  /**
   * Remembers accesses to subjects; doing it again changes nothing.
   *
   * Of two that belong together and of which the refusal was remembered first, the look meets it. Where the look was remembered first, or
   * both at the same time, the refusal meets it if both are in one batch; all others are what `joinLateLinks` finds.
   *
   * @param accesses those of a batch that leave a link (see `linkKindOf`), in the order of the stream
   * @returns for each whom it met, in the order of its subjects
   */
  readonly meet: (accesses: readonly Access[]) => Promise<readonly (readonly SubjectHit[])[]>;
  /** What is noted of late links, in their order; nothing where nothing says so, or not any more. */
  readonly late: (named: readonly LateLinks[]) => Promise<readonly (LinkedLate | undefined)[]>;
  /**
   * Remembers who uses a machine; doing it again changes nothing.
   *
   * @returns whose it is; undefined where it is the user's own, and once it has too many users to be anybody's
   */
  readonly meetDevice: (deviceId: string, user: DeviceUser) => Promise<DeviceOwner | undefined>;
}

/** Refusals of each subject, as many as have to be remembered. */
export interface RefusalStore {
  /** Remembers refusals; doing it again changes nothing. */
  readonly note: (subject: string, entries: readonly LinkEntry[]) => Promise<void>;
  /**
   * Refusals of each subject, see `remembered`, the newest first.
   *
   * @param subjects distinct
   * @param consistent whether all that was noted before must be in it, at twice the price; else what is a second old may be missing
   */
  readonly before: (
    subjects: readonly string[],
    consistent: boolean,
  ) => Promise<ReadonlyMap<string, readonly LinkEntry[]>>;
}

/** What batches note of their refusals and looks, for whoever joins those that came in the wrong order; kept for three days. */
export interface LinkLog {
  readonly noteLooks: (looks: readonly LinkMark[]) => Promise<void>;
  /** @throws Error where it took so long, again and again, that whoever reads on may read past it */
  readonly noteRefusals: (refusals: readonly Access[]) => Promise<void>;
  /**
   * Refusals by when they were noted, epoch milliseconds, those of one time together, oldest first; strongly consistent.
   *
   * @param to the first after it @param onDamaged told of each item that can't be read, which is passed over. @default the first of them ends it
   */
  readonly refusals: (from: number, to: number, onDamaged?: OnDamagedNote) => AsyncIterable<NotedRefusal>;
  /** Looks of one hour (of event time, since 1970) by when they were noted, likewise. */
  readonly looks: (hour: number, from: number, to: number, onDamaged?: OnDamagedNote) => AsyncIterable<NotedLook>;
  /** What late links name: the refusals of an item, in their places, and the looks of one. */
  readonly refusalsOf: (key: string) => Promise<readonly Access[]>;
  readonly looksOf: (hour: number, key: string) => Promise<readonly LinkMark[]>;
  /** What was found of an actor's refusals before, in no order; strongly consistent. */
  readonly found: (actorId: string) => Promise<readonly FoundLink[]>;
  /** Noting the same again changes nothing. */
  readonly noteFound: (actorId: string, links: readonly FoundLink[]) => Promise<void>;
  /** How far what was noted has been joined; nothing before the first time. */
  readonly joined: () => Promise<Joined | undefined>;
  readonly noteJoined: (joined: Joined) => Promise<void>;
}

export interface Joined {
  /** When the last of it was noted, epoch milliseconds. */
  readonly until: number;
  /** Since when something keeps it from coming further. @default nothing does */
  readonly failingSince?: number;
}

export type OnDamagedNote = (error: Error) => void;

export interface NotedRefusal {
  /** Of the item that it lies in, which begins with when that was written, and its place there. */
  readonly key: string;
  readonly place: number;
  readonly access: Access;
}

/** A late link that was found. */
export interface FoundLink {
  /** Event time of the refusal, epoch milliseconds. */
  readonly time: number;
  readonly link: LateLink;
}

export interface NotedLook {
  readonly key: string;
  readonly place: number;
  readonly mark: LinkMark;
}

/** The way of late links to `detect`: the access stream, under the key of whoever was refused. */
export interface LateLinkStream {
  /** A second time does no harm. */
  readonly put: (links: LateLinks) => Promise<void>;
}
