import type { AccessEvent } from '../model/access-event.ts';
import type { ResourceMatch } from '../model/resources.ts';

/** Why a sound record isn't an access to user data. Few and fixed, so that they can be counted by name. */
export type NotConcerned =
  /** It configures or describes things; no data was touched. */
  | 'management-event'
  /** It touches the data of a service that isn't read here. */
  | 'other-service'
  /** It is the verdict on a case, which travels on the stream among the accesses. */
  | 'adjudication'
  /** It says who else met a user, and travels there likewise. */
  | 'late-links'
  /** It failed for a reason other than being refused (no such key, not modified, slow down): nothing was read and nobody was turned away. */
  | 'failed-request'
  /** It touches a resource of which nobody has said what it holds. */
  | 'unmapped-resource'
  /** The same record came before. */
  | 'repeated'
  /** It is no access itself, but says more about others: a sign-in, a session's start, a query's statistics. */
  | 'context';

/** A resource that resources.json should name. */
export interface UnmappedResource {
  /** What it is called meanwhile. */
  readonly name: string;
  /** The match of an entry that would name it. */
  readonly match: ResourceMatch;
  /** What in it was touched (an object's key), where the source says. */
  readonly part?: string;
}

/** Where somebody signed in or began a session: accesses that don't say where they came from are joined with it. */
export interface SignIn {
  readonly actorId: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The session's id with its source before it; accesses that name the same session are its own. */
  readonly session?: string;
  readonly ip?: string;
  readonly deviceId?: string;
}

/** What became of one source record. */
export type RecordReading =
  | {
      readonly kind: 'event';
      readonly value: AccessEvent;
      /** Event time, epoch milliseconds. */
      readonly time: number;
      /** Where the source names resources that have to be mapped, and this one isn't. */
      readonly unmapped?: UnmappedResource;
      /** The session it belongs to, where the source says. */
      readonly session?: string;
      /** What should have said more about it and never came. */
      readonly unjoined?: 'session' | 'query';
      /** The version the record says it has, where this project doesn't know that version: it was read as far as understood. */
      readonly unknownVersion?: string;
    }
  | { readonly kind: 'sign-in'; readonly value: SignIn }
  | { readonly kind: 'not-concerned'; readonly why: NotConcerned; readonly unmapped?: UnmappedResource }
  | { readonly kind: 'invalid'; readonly reason: string };
