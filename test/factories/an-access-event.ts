import type { AccessEvent } from '../../shared/model/access-event.ts';
import { deepFreeze } from './deep-freeze.ts';

/** Day 0 of the tests' calendar is Monday, 7 September 2026; days and hours are Shanghai's, which knows no daylight saving. */
export function timeOn(day: number, hour = 10, minute = 0, second = 0): string {
  return new Date(Date.UTC(2026, 8, 7 + day, hour - 8, minute, second)).toISOString();
}

/** What a test says of an event; the parts of nested records that it doesn't name keep their defaults. */
export interface AccessEventChanges
  extends Partial<Omit<AccessEvent, 'actor' | 'network' | 'resource' | 'subjects' | 'approval'>> {
  readonly actor?: Partial<AccessEvent['actor']>;
  readonly network?: AccessEvent['network'];
  readonly resource?: Partial<AccessEvent['resource']>;
  readonly subjects?: Partial<AccessEvent['subjects']>;
  readonly approval?: AccessEvent['approval'];
}

/** An engineer in China reads one US user's profile, on their own laptop in the morning, without a ticket. */
export function anAccessEvent(changes: AccessEventChanges = {}): AccessEvent {
  return deepFreeze({
    id: 'ev-1k2',
    time: timeOn(0),
    action: 'read',
    outcome: 'allowed',
    network: { ip: '36.110.4.7', deviceId: 'd-9f3a' },
    ...changes,
    actor: { id: 'e-00042', type: 'employee', ...changes.actor },
    resource: {
      dataset: 'user.profile',
      dataClass: 'covered-personal-identifiers',
      store: 'us-primary',
      ...changes.resource,
    },
    subjects: { region: 'US', count: 1, ...changes.subjects },
  });
}

/** An event that has every field of the contract. */
export const fullAccessEvent = (): AccessEvent =>
  anAccessEvent({
    source: 'warehouse',
    actor: { onBehalfOf: 'e-00007' },
    network: { ip: '36.110.4.7', country: 'CN', asn: 4847, deviceId: 'd-9f3a' },
    subjects: { count: 2, ids: ['us-4f2', 'us-4f3'], countBasis: 'exact' },
    bytes: 12_345,
    approval: { ticket: 'T-1042', expires: timeOn(9) },
  });
