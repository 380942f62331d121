import { type AccessEvent, parseAccessEvent } from '../model/access-event.ts';
import { resolveActor } from '../model/actors.ts';
import { parseAddress } from '../model/ip-address.ts';
import { lookUpResource, matchFor, matchName, type TechnicalResource } from '../model/resources.ts';
import type { RecordReading } from './record-reading.ts';
import type { SourceContext } from './source-format.ts';

/** An access as a source tells it: names are the source's own, and what the source doesn't say is undefined. */
export interface SourceAccess {
  /** The source's own id of the record: the same when the record is delivered again. */
  readonly id: string;
  readonly time: string;
  /** The format's name; with it, actors.json tells names apart. */
  readonly source: string;
  readonly actor: AccessEvent['actor'];
  /** Only kept where it is an address; sources put host names and `[local]` there too. */
  readonly ip?: string | null | undefined;
  readonly deviceId?: string | null | undefined;
  readonly action: string;
  readonly resource: TechnicalResource;
  /** Rows that the source says were returned: a row is no user, so the count is an estimate. */
  readonly rows?: number | null | undefined;
  readonly bytes?: number | null | undefined;
  readonly denied: boolean;
  /** What the access was approved by, where the source knows. */
  readonly ticket?: string | undefined;
  readonly session?: string | undefined;
  readonly unjoined?: 'session' | 'query' | undefined;
  readonly unknownVersion?: string | undefined;
}

/**
 * Makes an access event of what a source tells: names people by actors.json and resources by resources.json. Nothing is invented:
 * no count where the source has none, no region but the map's.
 */
export function accessReading(access: SourceAccess, context: SourceContext): RecordReading {
  const { resource, rows, bytes } = access;
  const mapped = lookUpResource(context.resources, resource);
  const match = matchFor(resource);
  const unmapped = mapped
    ? undefined
    : { name: matchName(match), match, ...(resource.kind === 's3' && resource.key && { part: resource.key }) };
  if (unmapped && context.unmapped === 'not-concerned')
    return { kind: 'not-concerned', why: 'unmapped-resource', unmapped };

  const network = {
    ...(access.ip && parseAddress(access.ip) && { ip: access.ip }),
    ...(access.deviceId && { deviceId: access.deviceId }),
  };
  const parsed = parseAccessEvent({
    id: access.id,
    time: access.time,
    source: access.source,
    actor: resolveActor(context.actors, access.source, access.actor),
    ...(Object.keys(network).length > 0 && { network }),
    action: access.action,
    resource: {
      dataset: mapped?.dataset ?? unmapped?.name.slice(0, 512),
      ...(mapped?.dataClass && { dataClass: mapped.dataClass }),
      ...(mapped?.store && { store: mapped.store }),
    },
    subjects: {
      region: mapped?.region ?? 'unknown',
      ...(isCount(rows) && !access.denied && { count: rows, countBasis: 'estimated' }),
    },
    ...(typeof bytes === 'number' && !access.denied && { bytes }),
    outcome: access.denied ? 'denied' : 'allowed',
    ...(access.ticket && { approval: { ticket: access.ticket } }),
  });
  if (!parsed.ok) return { kind: 'invalid', reason: parsed.reason };
  return {
    kind: 'event',
    value: parsed.event.time.endsWith('Z')
      ? parsed.event
      : { ...parsed.event, time: new Date(parsed.time).toISOString() },
    time: parsed.time,
    ...(unmapped && { unmapped }),
    ...(access.session && { session: access.session }),
    ...(access.unjoined && { unjoined: access.unjoined }),
    ...(access.unknownVersion && { unknownVersion: access.unknownVersion }),
  };
}

const isCount = (rows: unknown): rows is number => Number.isSafeInteger(rows) && Number(rows) >= 0;
