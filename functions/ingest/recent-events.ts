import type { AccessEvent } from '../../shared/model/access-event.ts';

/** The events that went to the stream lately, so that a repetition is left out. */
export interface RecentEvents {
  /** @returns whether it is new; if so it counts as sent from now on */
  readonly add: (event: AccessEvent) => boolean;
  /** Takes back what was not sent after all. */
  readonly remove: (event: AccessEvent) => void;
}

/** About 10 MB. */
export const EVENTS_REMEMBERED = 100_000;

/**
 * Sources deliver at least once, mostly twice within minutes. This function's memory knows its own last events; what another
 * instance sent, detection finds by itself, in the ring of an actor's last sixteen.
 *
 * @param capacity half of it is forgotten at once
 */
export function createRecentEvents(capacity = EVENTS_REMEMBERED): RecentEvents {
  let young = new Set<string>();
  let old = new Set<string>();
  const keyOf = ({ source = '', id, actor, time }: AccessEvent) => [source, id, actor.id, time].join('\u0000');
  return {
    add: (event) => {
      const key = keyOf(event);
      if (young.has(key) || old.has(key)) return false;
      if (young.size >= capacity / 2) {
        old = young;
        young = new Set();
      }
      young.add(key);
      return true;
    },
    remove: (event) => {
      const key = keyOf(event);
      young.delete(key);
      old.delete(key);
    },
  };
}
