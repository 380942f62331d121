import type { KeyObject } from 'node:crypto';
import { type Access, type Attribute, FEW_SUBJECTS } from '../model/access.ts';
import { type AccessEvent, accessEventHash } from '../model/access-event.ts';
import { type Directory, type DirectoryEntry, lookUpEmployee } from '../model/directory.ts';
import type { Networks } from '../model/networks.ts';
import type { Settings } from '../model/settings.ts';
import { parseTimestamp } from '../model/timestamp.ts';
import { hash32, subjectHash } from '../stats/hash64.ts';
import { type LocalTime, localClock } from '../stats/local-time.ts';
import type { AddressTable } from './address-country.ts';
import { isCanary } from './canary.ts';
import { isForeign, locate } from './locate.ts';
import { successorOf } from './successor.ts';

/** What an event is enriched with; immutable, named by the snapshot in force. */
export interface EnrichmentContext {
  readonly directory: Directory;
  readonly networks: Networks;
  readonly addressCountry: AddressTable;
  readonly settings: Settings;
  /** HMAC key under which subjects are known. */
  readonly subjectKey: KeyObject;
  /** What the canary's nonces are made with. @default nobody is the canary */
  readonly canaryKey?: KeyObject;
}

/** An event that comes later than this says nothing about what was normal when it came. */
export const TOO_LATE_MS = 7 * 24 * 3_600_000;
/** More named subjects than this say nothing about who was meant. */
const SUBJECTS_HASHED = 8;
/** The peer group of people whom the directory doesn't know. */
export const UNKNOWN_TEAM = 'unknown';

/**
 * Adds what the directory, the networks and the settings know to an event.
 *
 * @param time the event's time, epoch milliseconds
 * @param arrival when the stream took it, epoch milliseconds. @default its own time
 */
export function enrich(event: AccessEvent, time: number, context: EnrichmentContext, arrival: number = time): Access {
  const { settings } = context;
  const employee = lookUpEmployee(context.directory, event.actor.id, time);
  const location = locate(event.network, employee?.homeCountry, context.networks, context.addressCountry);
  const type = employee?.type ?? event.actor.type;
  const country = employee?.homeCountry ?? location.locatedIn ?? UNKNOWN_TEAM;
  const { dataset, dataClass, store } = event.resource;
  const { region, ids, count } = event.subjects;
  const isProtected =
    settings.protectedRegions.includes(region) &&
    !(dataClass !== undefined && settings.exemptDataClasses.includes(dataClass));
  const allowed = event.outcome === 'allowed';
  const approved = isLive(event.approval, time);
  const deviceId = event.network?.deviceId;
  const subjectCount = count ?? ids?.length;
  // Only a protected access is ever judged by whom it was about, and only where these are few.
  const named = isProtected && ids && ids.length <= SUBJECTS_HASHED && (subjectCount ?? 0) <= FEW_SUBJECTS ? ids : [];
  const subjectHashes = named.map((id) => subjectHash(context.subjectKey, id));
  const population = settings.scope === 'everyone' || isForeign(location, settings) ? 'foreign' : 'home';
  const concerned = location.trusted ? location.locatedIn : (employee?.homeCountry ?? location.locatedIn);
  return {
    id: event.id,
    hash: accessEventHash(event),
    time,
    late: arrival - time > TOO_LATE_MS,
    actorId: event.actor.id,
    actorType: type,
    // On one's own behalf explains nothing.
    onBehalfOf: event.actor.onBehalfOf === event.actor.id ? undefined : event.actor.onBehalfOf,
    known: employee !== undefined,
    team: employee?.team ?? UNKNOWN_TEAM,
    role: employee?.extra.role || undefined,
    peerGroup: employee ? knownGroupOf(employee) : peerGroupOf(type, UNKNOWN_TEAM, country),
    inGroupSince: employee?.since,
    location,
    deviceId,
    local: localTime(employee?.timeZone ?? 'UTC', time),
    action: event.action,
    dataset,
    dataClass,
    store,
    region,
    protected: isProtected,
    population,
    allowed,
    approved,
    subjectCount,
    subjectBasis: event.subjects.countBasis ?? (count === undefined ? 'unknown' : 'exact'),
    subjectHashes,
    // Asked for where a person's pace is judged, and nowhere else: it is one more HMAC.
    successorHash:
      allowed && named.length === 1 && subjectCount === 1 && type === 'employee' && population === 'foreign'
        ? successorHashOf(named[0], context.subjectKey)
        : undefined,
    categories: [
      hashOf('dataset', dataset),
      // Which store holds a user follows from the user's region: only among protected accesses does it say anything.
      store === undefined || !isProtected ? 0 : hashOf('store', store),
      hashOf('action', event.action),
      location.trusted ? hashOf('country', `${location.locatedIn}`) : 0,
      deviceId === undefined ? 0 : hashOf('device', deviceId),
    ],
    breachesPolicy:
      isProtected &&
      allowed &&
      !approved &&
      dataClass !== undefined &&
      settings.requireApproval.includes(dataClass) &&
      isOfConcern(employee?.homeCountry, concerned, settings),
    canary: isCanary(event, time, arrival, context.canaryKey),
  };
}

function successorHashOf(id: string | undefined, key: KeyObject): string | undefined {
  const next = id === undefined ? undefined : successorOf(id);
  return next === undefined ? undefined : subjectHash(key, next);
}

const isOfConcern = (home: string | undefined, located: string | undefined, settings: Settings): boolean => {
  // Residents of the home countries are judged by where they are, all others by where they belong or are.
  const countries = home !== undefined && settings.homeCountries.includes(home) ? [located] : [home, located];
  return countries.some((country) => country !== undefined && settings.countriesOfConcern.includes(country));
};

function isLive(approval: AccessEvent['approval'], time: number): boolean {
  return approval !== undefined && (approval.expires === undefined || parseTimestamp(approval.expires) >= time);
}

const peerGroupOf = (type: Access['actorType'], team: string, country: string): string =>
  type === 'service' ? `services/${country}` : `${team}/${country}`;

const groups = new WeakMap<DirectoryEntry, string>();

/** The same text every time: what is looked up by it finds it without reading it again. */
function knownGroupOf(employee: DirectoryEntry): string {
  let group = groups.get(employee);
  if (group === undefined) {
    group = peerGroupOf(employee.type, employee.team, employee.homeCountry);
    groups.set(employee, group);
  }
  return group;
}

const REMEMBERED = 100_000;
const remembered = (): Map<string, number> => new Map();
const hashes = remembered();
const valueHashes: { readonly [attribute in Attribute]: Map<string, number> } = {
  dataset: remembered(),
  store: remembered(),
  action: remembered(),
  country: remembered(),
  device: remembered(),
};

/** A 32-bit name for a category, never 0; remembered, because the same few thousand come again and again. */
export const categoryHash = (text: string): number => hashWithin(hashes, '', text);

/** The same for an attribute's value, found without putting the two together. */
const hashOf = (attribute: Attribute, value: string): number =>
  hashWithin(valueHashes[attribute], `${attribute} `, value);

function hashWithin(known: Map<string, number>, prefix: string, text: string): number {
  let value = known.get(text);
  if (value === undefined) {
    if (known.size >= REMEMBERED) known.clear();
    value = hash32(prefix + text) || 1;
    known.set(text, value);
  }
  return value;
}

const clocks = new Map<string, (time: number) => LocalTime>();

function localTime(timeZone: string, time: number): LocalTime {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = localClock(timeZone);
    clocks.set(timeZone, clock);
  }
  return clock(time);
}
