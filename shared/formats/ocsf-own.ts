import { type AccessEvent, parseAccessEvent } from '../model/access-event.ts';
import { own, ownNumber, ownText } from './own-field.ts';
import type { RecordReading } from './record-reading.ts';
import { epochText } from './source-time.ts';

export const BORDERWATCH_PRODUCT = 'Borderwatch';
/** The version of OCSF that is written. */
export const OCSF_VERSION = '1.5.0';

const CLASS = 6005;
const CATEGORY = 6;
const OTHER = 99;
const [READ, UPDATE, QUERY, DELETE, LIST] = [1, 2, 4, 7, 8];
const ACTIVITY_OF: Readonly<Record<string, number>> = {
  read: READ,
  update: UPDATE,
  query: QUERY,
  delete: DELETE,
  search: LIST,
};
const ACTION_OF = new Map(Object.entries(ACTIVITY_OF).map(([action, activity]) => [activity, action]));
const INFORMATIONAL = 1;
const [SUCCESS, FAILURE] = [1, 2];
const [ALLOWED, DENIED] = [1, 2];
const [USER, SERVICE] = [1, 4];
const TABLE = 3;

/**
 * An access event as OCSF Datastore Activity (6005), for a SIEM or a lake. What OCSF has no attribute for goes into its `enrichments`. Left out:
 * the subjects' ids (a SIEM is no place for them) and whatever the time says below a millisecond.
 *
 * @param time event time, epoch milliseconds
 * @see https://schema.ocsf.io/classes/datastore_activity
 */
export function toOcsf(event: AccessEvent, time: number): Record<string, unknown> {
  const { actor, network, resource, action, outcome } = event;
  const activity = Object.hasOwn(ACTIVITY_OF, action) ? (ACTIVITY_OF[action] ?? OTHER) : OTHER;
  const denied = outcome === 'denied';
  return {
    class_uid: CLASS,
    class_name: 'Datastore Activity',
    category_uid: CATEGORY,
    activity_id: activity,
    activity_name: action,
    type_uid: CLASS * 100 + activity,
    time,
    severity_id: INFORMATIONAL,
    status_id: denied ? FAILURE : SUCCESS,
    action_id: denied ? DENIED : ALLOWED,
    metadata: {
      version: OCSF_VERSION,
      profiles: ['security_control'],
      product: { name: BORDERWATCH_PRODUCT, vendor_name: BORDERWATCH_PRODUCT },
      uid: event.id,
      ...(event.source !== undefined && { log_name: event.source }),
    },
    actor: { user: { uid: actor.id, type_id: actor.type === 'service' ? SERVICE : USER } },
    src_endpoint: {
      // The attribute is required and must say something.
      ...(network?.ip === undefined && network?.deviceId === undefined && { name: 'unknown' }),
      ...(network?.ip !== undefined && { ip: network.ip }),
      ...(network?.deviceId !== undefined && { uid: network.deviceId }),
      ...(network?.country !== undefined && { location: { country: network.country } }),
      ...(network?.asn !== undefined && { autonomous_system: { number: network.asn } }),
    },
    type_id: TABLE,
    table: { name: resource.dataset },
    ...(resource.store !== undefined && { database: { name: resource.store } }),
    enrichments: enrichmentsOf(event),
  };
}

function enrichmentsOf({ actor, resource, subjects, bytes, approval }: AccessEvent) {
  const values: readonly [string, string | number | undefined][] = [
    ['subjects.region', subjects.region],
    ['subjects.count', subjects.count],
    ['subjects.countBasis', subjects.countBasis],
    ['resource.dataClass', resource.dataClass],
    ['actor.onBehalfOf', actor.onBehalfOf],
    ['bytes', bytes],
    ['approval.ticket', approval?.ticket],
    ['approval.expires', approval?.expires],
  ];
  return values.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: String(value), type: 'borderwatch', data: { value } }],
  );
}

/** Reads what `toOcsf` wrote: its names are Borderwatch's own, so no map touches them. */
export function readOwnOcsf(record: unknown): RecordReading {
  const enrichments = own(record, 'enrichments');
  const extra = new Map<string, unknown>();
  for (const each of Array.isArray(enrichments) ? enrichments : []) {
    const name = ownText(each, 'name');
    if (name && ownText(each, 'type') === 'borderwatch') extra.set(name, own(own(each, 'data'), 'value'));
  }
  const text = (...path: readonly string[]) => ownText(record, ...path);
  const network = {
    ...field('ip', text('src_endpoint', 'ip')),
    ...field('deviceId', text('src_endpoint', 'uid')),
    ...field('country', text('src_endpoint', 'location', 'country')),
    ...field('asn', ownNumber(record, 'src_endpoint', 'autonomous_system', 'number')),
  };
  const activity = ownNumber(record, 'activity_id') ?? OTHER;
  const parsed = parseAccessEvent({
    id: text('metadata', 'uid'),
    time: epochText(ownNumber(record, 'time')),
    ...field('source', text('metadata', 'log_name')),
    actor: {
      id: text('actor', 'user', 'uid'),
      type: ownNumber(record, 'actor', 'user', 'type_id') === SERVICE ? 'service' : 'employee',
      ...field('onBehalfOf', extra.get('actor.onBehalfOf')),
    },
    ...(Object.keys(network).length > 0 && { network }),
    action: ACTION_OF.get(activity) ?? text('activity_name'),
    resource: {
      dataset: text('table', 'name'),
      ...field('dataClass', extra.get('resource.dataClass')),
      ...field('store', text('database', 'name')),
    },
    subjects: {
      region: extra.get('subjects.region') ?? 'unknown',
      ...field('count', extra.get('subjects.count')),
      ...field('countBasis', extra.get('subjects.countBasis')),
    },
    ...field('bytes', extra.get('bytes')),
    outcome: ownNumber(record, 'action_id') === DENIED ? 'denied' : 'allowed',
    ...(extra.has('approval.ticket') && {
      approval: { ticket: extra.get('approval.ticket'), ...field('expires', extra.get('approval.expires')) },
    }),
  });
  if (!parsed.ok) return { kind: 'invalid', reason: parsed.reason };
  return { kind: 'event', value: parsed.event, time: parsed.time };
}

const field = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });
