import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { AccessEvent } from '../model/access-event.ts';

/**
 * The canary: every quarter of an hour an access that does no harm and always alerts, to show that alerts still come out.
 * It goes the whole way of an access but for two things: nothing is learned from it, and nobody is told. Both hold only for
 * events with a nonce that the deployment's own key made; without one this actor is anybody.
 */
export const CANARY_ACTOR = 'borderwatch-canary';

/** A nonce is good for so long: whoever can read the archive must not sing with old ones. */
const FRESH_MS = 10 * 60_000;

/** The access that the canary makes. @param time epoch milliseconds */
export function canaryEvent(key: KeyObject, time: number): AccessEvent {
  const instant = new Date(time).toISOString();
  const event: AccessEvent = {
    id: `canary-${instant}`,
    time: instant,
    source: CANARY_ACTOR,
    actor: { id: CANARY_ACTOR, type: 'service' },
    action: 'read',
    resource: { dataset: CANARY_ACTOR },
    subjects: { region: 'US', count: 1 },
    outcome: 'allowed',
  };
  return { ...event, canary: nonceOf(key, event) };
}

/**
 * Whether an event is the canary's own, and fresh.
 *
 * @param time the event's, epoch milliseconds @param arrival when the stream took it
 * @param key undefined where there is no canary: then nobody's event is one
 */
export function isCanary(event: AccessEvent, time: number, arrival: number, key: KeyObject | undefined): boolean {
  if (event.canary === undefined || key === undefined || event.actor.id !== CANARY_ACTOR) return false;
  if (Math.abs(arrival - time) > FRESH_MS) return false;
  const given = Buffer.from(event.canary);
  const expected = Buffer.from(nonceOf(key, event));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** It stands for all that the canary's event says, so that nobody can say anything else under it. */
function nonceOf(key: KeyObject, { id, time, action, resource, subjects, outcome }: AccessEvent): string {
  const said = JSON.stringify([id, time, action, resource.dataset, subjects.region, subjects.count, outcome]);
  return createHmac('sha256', key).update(said).digest('hex');
}
