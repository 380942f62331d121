import { type AccessEvent, accessEventHash } from '../model/access-event.ts';

/** What the stream took lately, by `keyOf`, so that a repetition is left out. */
export interface RecentEvents {
  readonly has: (key: string) => boolean;
  readonly add: (key: string) => void;
}

/** The same for an event and its repetitions, and for no other: an access must not hide behind another one's id. */
export const keyOf = (event: AccessEvent): string => accessEventHash(event).join();

/** About 10 MB. */
export const EVENTS_REMEMBERED = 100_000;

/**
 * Sources deliver at least once, mostly twice within minutes. An instance knows its own last events; what another
 * instance sent, detection finds by itself, in the ring of an actor's last sixteen.
 *
 * @param capacity half of it is forgotten at once
 */
export function createRecentEvents(capacity = EVENTS_REMEMBERED): RecentEvents {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    has: (key) => young.has(key) || old.has(key),
    add: (key) => {
      if (young.size >= capacity / 2) {
        old = young;
        young = new Set();
      }
      young.add(key);
    },
  };
}
