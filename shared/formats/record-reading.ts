import type { AccessEvent } from '../model/access-event.ts';

/** Why a sound record isn't an access to user data. Few and fixed, so that they can be counted by name. */
export type NotConcerned =
  /** It configures or describes things; no data was touched. */
  | 'management-event'
  /** It touches the data of a service that isn't read here. */
  | 'other-service'
  /** It is the verdict on a case, which travels on the stream among the accesses. */
  | 'adjudication'
  /** It failed for a reason other than being refused (no such key, not modified, slow down): nothing was read and nobody was turned away. */
  | 'failed-request';

/** What became of one source record. */
export type RecordReading =
  | {
      readonly kind: 'event';
      readonly value: AccessEvent;
      /** Event time, epoch milliseconds. */
      readonly time: number;
      /** The resource's name where the source names resources that have to be mapped, and this one isn't. */
      readonly unmapped?: string;
    }
  | { readonly kind: 'not-concerned'; readonly why: NotConcerned }
  | { readonly kind: 'invalid'; readonly reason: string };
