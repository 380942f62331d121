import type { AccessEvent, ParsedEvent } from './access-event.ts';
import { isDeclarable, isRegion } from './country.ts';
import { parseTimestamp } from './timestamp.ts';

/** The most characters of an access event's texts. */
export const MOST_CHARACTERS = {
  id: 256,
  source: 128,
  actor: 256,
  ip: 64,
  device: 256,
  action: 64,
  dataset: 512,
  dataClass: 128,
  store: 256,
  subject: 512,
  ticket: 256,
  canary: 64,
} as const;

type Json = Readonly<Record<string, unknown>>;

/**
 * What the schema makes of an access event that is as nearly all are: every field there is, as the contract has it. It takes a fifth
 * of the schema's time, says nothing of why a value is no such event, and leaves all that is rare to the schema.
 *
 * @param value anything that JSON.parse returned
 * @returns what the schema returns, fields in the same order; undefined where only the schema can tell
 */
export function soundAccessEvent(value: unknown): ParsedEvent | undefined {
  if (!isJson(value)) return undefined;
  const { id, time, source, action, bytes, outcome, canary } = value;
  if (!isText(id, MOST_CHARACTERS.id) || typeof time !== 'string') return undefined;
  const milliseconds = parseTimestamp(time);
  if (!(milliseconds > 0)) return undefined;
  if (!isText(action, MOST_CHARACTERS.action) || (outcome !== 'allowed' && outcome !== 'denied')) return undefined;
  const actor = soundActor(value.actor);
  const resource = soundResource(value.resource);
  const subjects = soundSubjects(value.subjects);
  if (!actor || !resource || !subjects) return undefined;
  // Fields are set one by one: spreading one object for each that may be there costs more than all the checks.
  const event: Partial<AccessEvent> = { id, time };
  if (source !== undefined) {
    if (!isText(source, MOST_CHARACTERS.source)) return undefined;
    event.source = source;
  }
  event.actor = actor;
  if (value.network !== undefined) {
    const network = soundNetwork(value.network);
    if (!network) return undefined;
    event.network = network;
  }
  event.action = action;
  event.resource = resource;
  event.subjects = subjects;
  if (bytes !== undefined) {
    if (!isAmount(bytes)) return undefined;
    event.bytes = bytes;
  }
  event.outcome = outcome;
  if (value.approval !== undefined) {
    const approval = soundApproval(value.approval);
    if (!approval) return undefined;
    event.approval = approval;
  }
  if (canary !== undefined) {
    if (!isText(canary, MOST_CHARACTERS.canary)) return undefined;
    event.canary = canary;
  }
  return { ok: true, event: event as AccessEvent, time: milliseconds };
}

function soundActor(value: unknown): AccessEvent['actor'] | undefined {
  if (!isJson(value)) return undefined;
  const { id, type = 'employee', onBehalfOf } = value;
  if (!isText(id, MOST_CHARACTERS.actor) || (type !== 'employee' && type !== 'service')) return undefined;
  if (onBehalfOf === undefined) return { id, type };
  return isText(onBehalfOf, MOST_CHARACTERS.actor) ? { id, type, onBehalfOf } : undefined;
}

function soundNetwork(value: unknown): AccessEvent['network'] | undefined {
  if (!isJson(value)) return undefined;
  const { ip, country, asn, deviceId } = value;
  const network: NonNullable<AccessEvent['network']> = {};
  if (ip !== undefined) {
    if (!isText(ip, MOST_CHARACTERS.ip)) return undefined;
    network.ip = ip;
  }
  if (country !== undefined) {
    if (typeof country !== 'string' || !isDeclarable(country)) return undefined;
    network.country = country;
  }
  if (asn !== undefined) {
    if (!isCount(asn)) return undefined;
    network.asn = asn;
  }
  if (deviceId !== undefined) {
    if (!isText(deviceId, MOST_CHARACTERS.device)) return undefined;
    network.deviceId = deviceId;
  }
  return network;
}

function soundResource(value: unknown): AccessEvent['resource'] | undefined {
  if (!isJson(value)) return undefined;
  const { dataset, dataClass, store } = value;
  if (!isText(dataset, MOST_CHARACTERS.dataset)) return undefined;
  const resource: AccessEvent['resource'] = { dataset };
  if (dataClass !== undefined) {
    if (!isText(dataClass, MOST_CHARACTERS.dataClass)) return undefined;
    resource.dataClass = dataClass;
  }
  if (store !== undefined) {
    if (!isText(store, MOST_CHARACTERS.store)) return undefined;
    resource.store = store;
  }
  return resource;
}

function soundSubjects(value: unknown): AccessEvent['subjects'] | undefined {
  if (!isJson(value)) return undefined;
  const { region, count, ids, countBasis } = value;
  if (typeof region !== 'string' || !isRegion(region)) return undefined;
  const subjects: AccessEvent['subjects'] = { region };
  if (count !== undefined) {
    if (!isCount(count)) return undefined;
    subjects.count = count;
  }
  if (ids !== undefined) {
    if (!Array.isArray(ids) || !ids.every(isSubject)) return undefined;
    subjects.ids = ids.slice();
  }
  if (countBasis !== undefined) {
    if (countBasis !== 'exact' && countBasis !== 'estimated' && countBasis !== 'unknown') return undefined;
    subjects.countBasis = countBasis;
  }
  return subjects;
}

function soundApproval(value: unknown): AccessEvent['approval'] | undefined {
  if (!isJson(value)) return undefined;
  const { ticket, expires } = value;
  if (!isText(ticket, MOST_CHARACTERS.ticket)) return undefined;
  if (expires === undefined) return { ticket };
  return typeof expires === 'string' && !Number.isNaN(parseTimestamp(expires)) ? { ticket, expires } : undefined;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Half a surrogate pair is the schema's to replace. */
const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most && value.isWellFormed();

const isSubject = (value: unknown): value is string => isText(value, MOST_CHARACTERS.subject);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isAmount = (value: unknown): value is number => Number.isFinite(value) && Number(value) >= 0;
