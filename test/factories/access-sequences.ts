import fc from 'fast-check';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { addressIn } from './an-access.ts';
import { anAccessEvent, timeOn } from './an-access-event.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** From one access to the next: within a sitting, into the next one, over days, over a holiday, and now and then backwards. */
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 20 * MINUTE }) },
  { weight: 4, arbitrary: fc.integer({ min: 30 * MINUTE, max: 30 * HOUR }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((days) => days * 24 * HOUR) },
  { weight: 2, arbitrary: fc.integer({ min: -10 * 24 * HOUR, max: 0 }) },
);
const oneOf = (...values: readonly string[]) => fc.constantFrom(...values);
const subjectId = fc.nat(30).map((number) => `us-${number}`);

interface Step {
  readonly gap: number;
  readonly change: AccessEvent;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    gap,
    dataset: oneOf('user.profile', 'user.location', 'ads.report', 'feed.rank', 'billing.card'),
    dataClass: fc.option(oneOf('covered-personal-identifiers', 'precise-geolocation', 'public'), { nil: undefined }),
    store: fc.option(oneOf('us-primary', 'sg-replica'), { nil: undefined }),
    action: oneOf('read', 'read', 'read', 'search', 'export'),
    region: oneOf('US', 'US', 'GB', 'unknown'),
    count: fc.option(fc.oneof(fc.nat(10), fc.nat(100_000)), { nil: undefined }),
    ids: fc.option(fc.array(subjectId, { maxLength: 9 }), { nil: undefined }),
    outcome: fc.constantFrom('allowed', 'allowed', 'allowed', 'denied'),
    ip: fc.option(oneOf(...Object.values(addressIn)), { nil: undefined }),
    deviceId: fc.option(oneOf('d-1', 'd-2', 'd-3'), { nil: undefined }),
    ticket: fc.boolean(),
    onBehalfOf: fc.option(fc.constant('e-00007'), { nil: undefined }),
  })
  .map(({ gap, dataset, dataClass, store, action, region, count, ids, outcome, ip, deviceId, ticket, onBehalfOf }) => ({
    gap,
    change: anAccessEvent({
      action,
      outcome: outcome === 'denied' ? 'denied' : 'allowed',
      resource: { dataset, dataClass, store },
      subjects: { region, count, ids },
      network: { ip, deviceId },
      actor: { onBehalfOf },
      approval: ticket ? { ticket: 'T-1' } : undefined,
    }),
  }));

/** One actor's accesses as they are delivered: mostly in order, some late, each with an id of its own. */
export const accessSequences = (maxLength: number, actorId = 'e-00042'): fc.Arbitrary<readonly AccessEvent[]> =>
  fc.array(step, { minLength: 1, maxLength }).map((steps) => {
    let time = Date.parse(timeOn(0));
    return steps.map(({ gap, change }, i) => {
      time = Math.max(Date.parse(timeOn(-30)), time + gap);
      return { ...change, id: `ev-${i}`, time: new Date(time).toISOString(), actor: { ...change.actor, id: actorId } };
    });
  });
