import type { TechnicalResource } from '../model/resources.ts';
import { accessReading } from './access-reading.ts';
import { actionOfPartiQl, DATA_OPERATIONS } from './cloudtrail-actions.ts';
import { awsResources, cloudTrailActor, requestParameters } from './ocsf-cloudtrail.ts';
import { BORDERWATCH_PRODUCT, readOwnOcsf } from './ocsf-own.ts';
import { isObject, own, ownNumber, ownText } from './own-field.ts';
import { recordId } from './record-id.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';
import { epochText } from './source-time.ts';

/** Class ids of OCSF 1.x whose events are accesses to data. */
export const DATASTORE_ACTIVITY = 6005;
export const API_ACTIVITY = 6003;

/** What activities do with user data, by `activity_id` (OCSF schema, datastore_activity and api_activity). */
const DATASTORE_ACTIONS: Readonly<Record<number, string>> = {
  1: 'read',
  2: 'update',
  4: 'query',
  5: 'update',
  6: 'update',
  7: 'delete',
  8: 'search',
  10: 'read',
};
const API_ACTIONS: Readonly<Record<number, string>> = { 1: 'update', 2: 'read', 3: 'update', 4: 'delete' };
const CONNECT = 3;
const ENCRYPT = 9;

/** `type_id` of OCSF's user object: a machine's account, a service's account. */
const SERVICE_TYPES = new Set([3, 4]);
const FAILURE = 2;
const DENIED = 2;
/** A failure whose code or text says so was a refusal; other failures read nothing and turned nobody away. */
const REFUSED = /denied|forbidden|unauthori[sz]ed|not authori[sz]ed|^40[13]$/i;

/** OCSF 1.x from lakes and SIEMs, whoever mapped it. */
export const ocsfFormat = statelessFormat(
  {
    name: 'ocsf',
    about: 'OCSF 1.x Datastore Activity (6005) and API Activity (6003)',
    recognises: (record) =>
      isObject(record) && typeof record.class_uid === 'number' && isObject(own(record, 'metadata')),
  },
  fromOcsf,
);

function fromOcsf(record: unknown, context: SourceContext): RecordReading | readonly RecordReading[] {
  const classUid = ownNumber(record, 'class_uid');
  if (classUid !== DATASTORE_ACTIVITY && classUid !== API_ACTIVITY)
    return { kind: 'not-concerned', why: 'other-service' };
  const version = ownText(record, 'metadata', 'version');
  const unknownVersion = version?.startsWith('1.') ? undefined : (version ?? 'none');
  if (ownText(record, 'metadata', 'product', 'name') === BORDERWATCH_PRODUCT) return readOwnOcsf(record);

  const activity = ownNumber(record, 'activity_id');
  if (classUid === DATASTORE_ACTIVITY && (activity === CONNECT || activity === ENCRYPT))
    return { kind: 'not-concerned', why: 'management-event' };
  const denied = isDenied(record);
  if (!denied && ownNumber(record, 'status_id') === FAILURE) return { kind: 'not-concerned', why: 'failed-request' };
  const action = actionOf(record, classUid, activity);
  if (!action) return { kind: 'invalid', reason: 'activity_id: an unknown activity without a name' };
  const actor = actorOf(record);
  if (!actor) return { kind: 'invalid', reason: 'actor: names nobody' };
  const touched = classUid === DATASTORE_ACTIVITY ? datastoreOf(record) : resourcesOf(record, action);
  // Configuration calls touch nothing that holds data.
  if (touched.length === 0) return { kind: 'not-concerned', why: 'management-event' };
  const id = ownText(record, 'metadata', 'uid') ?? ownText(record, 'api', 'request', 'uid') ?? recordId('ocsf', record);
  return touched.map((resource, index) =>
    accessReading(
      {
        id: touched.length > 1 ? `${id}/${index}` : id,
        time: epochText(ownNumber(record, 'time')) ?? ownText(record, 'time_dt') ?? '',
        source: 'ocsf',
        actor,
        ip: ownText(record, 'src_endpoint', 'ip'),
        deviceId: ownText(record, 'device', 'uid') ?? ownText(record, 'src_endpoint', 'uid'),
        action,
        resource,
        bytes: ownNumber(record, 'query_info', 'bytes') ?? ownNumber(record, 'http_response', 'length'),
        denied,
        unknownVersion,
      },
      context,
    ),
  );
}

/** CloudTrail's own operations say more than OCSF's four verbs: a listing is a search. */
function actionOf(record: unknown, classUid: number, activity: number | undefined): string | undefined {
  const operation = ownText(record, 'api', 'operation') ?? '';
  const known = DATA_OPERATIONS.get(ownText(record, 'api', 'service', 'name') ?? '')?.get(operation);
  const actions = classUid === DATASTORE_ACTIVITY ? DATASTORE_ACTIONS : API_ACTIONS;
  return (
    actionOfPartiQl(operation, requestParameters(record)) ??
    known ??
    actions[activity ?? 0] ??
    ownText(record, 'activity_name')?.toLowerCase().slice(0, 64)
  );
}

/** A person by address or name before a technical id; an application where nobody is named. */
function actorOf(record: unknown): { id: string; type: 'employee' | 'service' } | undefined {
  const user = own(own(record, 'actor'), 'user');
  const isService = SERVICE_TYPES.has(ownNumber(user, 'type_id') ?? 0);
  const known = cloudTrailActor(record);
  if (known) return { ...known, ...(isService && { type: 'service' }) };
  const id = ownText(user, 'email_addr') ?? ownText(user, 'name') ?? ownText(user, 'uid');
  if (id) return { id, type: isService ? 'service' : 'employee' };
  const actor = own(record, 'actor');
  const application = ownText(actor, 'app_name') ?? ownText(actor, 'app_uid') ?? ownText(actor, 'invoked_by');
  return application ? { id: application, type: 'service' } : undefined;
}

function isDenied(record: unknown): boolean {
  if (ownNumber(record, 'action_id') === DENIED) return true;
  if (ownNumber(record, 'status_id') !== FAILURE) return false;
  const texts = [
    ownText(record, 'status_code'),
    ownText(record, 'status_detail'),
    ownText(record, 'api', 'response', 'error'),
    String(ownNumber(record, 'http_response', 'code') ?? ''),
  ];
  return texts.some((text) => text !== undefined && REFUSED.test(text));
}

function datastoreOf(record: unknown): readonly TechnicalResource[] {
  const bucket = ownText(record, 'databucket', 'name') ?? ownText(record, 'databucket', 'uid');
  if (bucket) {
    const key = ownText(record, 'databucket', 'file', 'path') ?? ownText(record, 'databucket', 'file', 'name') ?? '';
    return [{ kind: 's3', bucket: bucketName(bucket), key }];
  }
  const database = ownText(record, 'database', 'name') ?? ownText(record, 'database', 'uid');
  const table = ownText(record, 'table', 'name') ?? ownText(record, 'table', 'uid');
  const name = [database, table].filter((part) => part !== undefined).join('.');
  return name === '' ? [] : [{ kind: 'table', source: 'ocsf', name: name.slice(0, 500) }];
}

/** API Activity names resources by type and id. */
function resourcesOf(record: unknown, action: string): readonly TechnicalResource[] {
  const ofAws = awsResources(record, action);
  const resources = own(record, 'resources');
  if (ofAws.length > 0 || !Array.isArray(resources)) return ofAws.slice(0, RESOURCES_KEPT);
  const names = resources.map((resource) => ownText(resource, 'uid') ?? ownText(resource, 'name') ?? '');
  return [...new Set(names)]
    .filter((name) => name !== '')
    .slice(0, RESOURCES_KEPT)
    .map((name) => ({ kind: 'table', source: 'ocsf', name: name.slice(0, 500) }));
}

/** One call touches a few resources; a record that lists thousands must not become thousands of accesses. */
const RESOURCES_KEPT = 100;

const bucketName = (name: string): string => name.replace(/^arn:aws[a-z-]*:s3:::/, '').slice(0, 256);
