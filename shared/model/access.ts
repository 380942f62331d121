import type { Location } from '../pipeline/locate.ts';

/** Attributes of an access whose values are habits: what someone uses, from where. The order is part of stored baselines. */
export const ATTRIBUTES = ['dataset', 'store', 'action', 'country', 'device'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** An access to more users at once is a list: nobody looked at one of them in particular. */
export const FEW_SUBJECTS = 5;

/** Who an access is judged among: foreign staff on every signal, all others on the signals that judge everyone. */
export type Population = 'foreign' | 'home';

/** An access event with all that the directory, the networks and the settings say about it: what every signal sees. */
export interface Access {
  readonly id: string;
  readonly hash: readonly [high: number, low: number];
  /** Event time, epoch milliseconds. */
  readonly time: number;
  /** More than seven days behind its arrival: judged by policy alone and not learned. */
  readonly late: boolean;
  readonly actorId: string;
  readonly actorType: 'employee' | 'service';
  readonly onBehalfOf: string | undefined;
  /** Whether the directory knows the actor. */
  readonly known: boolean;
  readonly team: string;
  /** What the directory's column `role` says, for people to read; undefined where there is none. */
  readonly role: string | undefined;
  /** `team/country`: the people this actor is compared with. */
  readonly peerGroup: string;
  /** When the actor joined this peer group, epoch milliseconds; undefined where unknown. */
  readonly inGroupSince: number | undefined;
  readonly location: Location;
  readonly deviceId: string | undefined;
  /** Days since 1970-01-01, hour 0-23 and weekday (0 is Monday) where the actor's working day happens. */
  readonly local: { readonly day: number; readonly hour: number; readonly weekday: number };
  readonly action: string;
  readonly dataset: string;
  readonly dataClass: string | undefined;
  readonly store: string | undefined;
  readonly region: string;
  /** Whether users of a protected region are concerned, and the data class isn't exempt. */
  readonly protected: boolean;
  readonly population: Population;
  readonly allowed: boolean;
  /** Whether a ticket is given that hasn't run out. */
  readonly approved: boolean;
  /** How many users; undefined where the source doesn't say. */
  readonly subjectCount: number | undefined;
  readonly subjectBasis: 'exact' | 'estimated' | 'unknown';
  /** HMACs of the subjects that the event names, at most 8; none where they are not few, or not protected: nothing looks at those. */
  readonly subjectHashes: readonly string[];
  /** HMAC of the id that would follow, where a person abroad was allowed to see exactly one protected user, whose id can be counted on from. */
  readonly successorHash: string | undefined;
  /** 32-bit hashes of this access's value of each attribute, in the order of ATTRIBUTES; 0 where it has none. */
  readonly categories: readonly number[];
  /** Read of a protected class from a country of concern with no live approval, where settings demand one. */
  readonly breachesPolicy: boolean;
  /** The detector's own test of itself: alerts always, teaches nothing. */
  readonly canary: boolean;
}
