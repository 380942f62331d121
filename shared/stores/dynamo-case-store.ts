import { type CaseTelling, ongoingSince } from '../model/case.ts';
import { conditionHeld } from './conditional-write.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import { asCase, CASE_PREFIX, caseKey, isOpenedBy, openSince } from './dynamo-case-item.ts';
import { queryPages } from './dynamo-query.ts';
import { type DynamoScanOptions, scanItems } from './dynamo-scan.ts';
import type { Case, CaseStore } from './ports.ts';
import { type IndexDefinition, ONGOING_INDEX, UNTOLD_INDEX } from './table-definitions.ts';
import { tellingOf } from './telling-of.ts';

export interface DynamoCaseStoreOptions {
  readonly call: DynamoCall;
  readonly tableName: string;
  /** @default one segment, 500 items a second: cases are kilobytes, and a scan is for a person who waits */
  readonly scan?: DynamoScanOptions;
}

/** Partitions of the indexes. */
const UNTOLD = 'untold';
/** Told, critical, and not judged yet: to be reminded of. */
const UNATTENDED = 'unattended';
const OPEN = 'open';
const VERDICT = 'verdict';
/** Sorts behind everything that stands at the same moment. */
const LAST_OF_A_MOMENT = '\uffff';
/** A reserved word of DynamoDB, which goes by this name; one that isn't used in a call is refused. */
const STATE = { '#state': 'state' } as const;
/** A case may have tens of kilobytes: so many are in memory at once. */
const CASES_A_PAGE = 100;

/**
 * Cases in DynamoDB, one item each: `pk` = case#<alertId>. Every write is an update of the attributes named here, so that what
 * `notify` writes and what analysts decide leave each other alone. `untold` is only there while `revision` is above
 * `notifiedRevision` or people are to be reminded, `ongoing` only while the case is open or its verdict waits for its place on the stream.
 *
 * A lost response to a successful write makes its repetition fail its condition: `storeRevision` then says that the
 * revision was stored already, and the others find their work done.
 */
export function createDynamoCaseStore(options: DynamoCaseStoreOptions): CaseStore {
  const { call, tableName, scan = { segments: 1, itemsPerSecond: 500, pageSize: 100 } } = options;
  const read = async (alertId: string) => {
    const request = { TableName: tableName, Key: caseKey(alertId), ConsistentRead: true };
    const item = (await call('GetItem', request)).Item;
    return item?.revision ? asCase(item) : undefined;
  };
  const update = (alertId: string, expression: string, condition: string, values: DynamoItem, names?: typeof STATE) =>
    conditionHeld(
      call('UpdateItem', {
        TableName: tableName,
        Key: caseKey(alertId),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
        ...(names && { ExpressionAttributeNames: names }),
      }),
    );
  /** Keys of an index's partition up to a sort key, in its order. */
  const keysUpTo = async (index: IndexDefinition, partition: string, last: DynamoItem[string], limit = Infinity) => {
    const request = {
      TableName: tableName,
      IndexName: index.name,
      KeyConditionExpression: `${index.partitionKey.name} = :partition AND ${index.sortKey.name} <= :last`,
      ExpressionAttributeValues: { ':partition': { S: partition }, ':last': last },
    };
    const keys: DynamoItem[] = [];
    for await (const page of queryPages(call, request)) {
      keys.push(...page);
      if (keys.length >= limit) break;
    }
    return keys;
  };
  /** An index lags behind its table: what it names is read again, and the caller judges by what is true now. */
  const casesOf = async (keys: readonly DynamoItem[]) =>
    (
      await batchGet(
        call,
        tableName,
        keys.flatMap(({ pk }) => (pk ? [{ pk }] : [])),
      )
    ).map(asCase);

  return {
    get: read,
    storeRevision: async (alert, storedAt) => {
      const values = {
        ':revision': { N: String(alert.revision) },
        ':storedAt': { N: String(storedAt) },
        ':alert': { S: JSON.stringify(alert) },
        ':untold': { S: UNTOLD },
        ':severity': { S: alert.severity },
      };
      const openedAt = Date.parse(alert.time);
      const set =
        'SET revision = :revision, storedAt = :storedAt, alert = :alert, untold = :untold, severity = :severity';
      const open =
        ', notifiedRevision = :none, openedAt = :openedAt, #state = :open, ongoing = :open, ongoingSince = :since';
      const opening = {
        ...values,
        ':none': { N: '0' },
        ':openedAt': { N: String(openedAt) },
        ':open': { S: OPEN },
        ':since': { S: openSince(ongoingSince(openedAt, storedAt), alert.subject) },
      };
      const opened = await update(alert.alertId, set + open, 'attribute_not_exists(revision)', opening, STATE);
      return opened || update(alert.alertId, set, 'revision < :revision', values);
    },
    markNotified: async (alertId, revision, at, outcome = {}) => {
      const { told, suppressedBy } = outcome;
      // Both numbers only ever rise, so that what fails the first condition because of a later revision meets the second.
      const values = {
        ':revision': { N: String(revision) },
        ...withTelling(tellingOf(revision, at, outcome)),
        ...(told && { ':told': { S: JSON.stringify(told) } }),
      };
      const raise = `SET notifiedRevision = :revision, ${ADD_TELLING}${told ? ', told = :told' : ''}`;
      const isLatest = 'notifiedRevision < :revision AND revision = :revision';
      const isCritical = 'severity = :critical AND #state = :open AND attribute_not_exists(remindedOf)';
      // Whom people were told of before stays theirs to look at, though they aren't told what came since.
      const wasTold = 'notifiedRevision > :none AND attribute_not_exists(suppressedBy)';
      const isToBeReminded = await update(
        alertId,
        `${raise}, untold = :unattended REMOVE suppressedBy`,
        [isLatest, isCritical, ...(suppressedBy === undefined ? [] : [wasTold])].join(' AND '),
        {
          ...values,
          ':unattended': { S: UNATTENDED },
          ':critical': { S: 'critical' },
          ':open': { S: OPEN },
          ...(suppressedBy === undefined ? {} : { ':none': { N: '0' } }),
        },
        STATE,
      );
      if (isToBeReminded) return;
      const latest =
        suppressedBy === undefined
          ? update(alertId, `${raise} REMOVE untold, suppressedBy`, isLatest, values)
          : update(alertId, `${raise}, suppressedBy = :suppression REMOVE untold`, isLatest, {
              ...values,
              ':suppression': { S: suppressedBy },
            });
      if (await latest) return;
      if (await update(alertId, raise, 'notifiedRevision < :revision AND revision > :revision', values)) return;
      const stored = await read(alertId);
      if (!stored || stored.revision < revision)
        throw new Error(`revision ${revision} of case ${alertId} isn't stored`);
    },
    leftBehind: async (storedAtOrBefore) => {
      const keys = await keysUpTo(UNTOLD_INDEX, UNTOLD, { N: String(storedAtOrBefore) });
      return (await casesOf(keys))
        .filter((stored) => isUntold(stored) && stored.storedAt <= storedAtOrBefore)
        .sort((a, b) => a.storedAt - b.storedAt);
    },
    untold: async function* (known) {
      const indexed = (await keysUpTo(UNTOLD_INDEX, UNTOLD, { N: String(Number.MAX_SAFE_INTEGER) })).map(
        ({ pk }) => pk?.S,
      );
      const wanted = [...new Set([...indexed, ...known.map((alertId) => caseKey(alertId).pk?.S)])];
      for (let start = 0; start < wanted.length; start += CASES_A_PAGE) {
        const page = wanted.slice(start, start + CASES_A_PAGE).flatMap((pk) => (pk ? [{ pk: { S: pk } }] : []));
        yield* (await casesOf(page)).filter(isUntold);
      }
    },
    change: async (alertId, change) => {
      const entry = JSON.stringify(change);
      const changed = await update(
        alertId,
        'SET #state = :state, caseVersion = :version, history = list_append(if_not_exists(history, :empty), :change), ' +
          'ongoing = :verdict, ongoingSince = :since',
        `attribute_exists(revision) AND ${change.version === 1 ? 'attribute_not_exists(caseVersion)' : 'caseVersion = :before'}`,
        {
          ':state': { S: change.state },
          ':version': { N: String(change.version) },
          ':empty': { L: [] },
          ':change': { L: [{ S: entry }] },
          ':verdict': { S: VERDICT },
          ':since': { S: change.at },
          ...(change.version === 1 ? {} : { ':before': { N: String(change.version - 1) } }),
        },
        STATE,
      );
      return changed || JSON.stringify((await read(alertId))?.history[change.version - 1]) === entry;
    },
    markAdjudicated: async (alertId, version) => {
      await update(alertId, 'REMOVE ongoing, ongoingSince', 'caseVersion = :version', {
        ':version': { N: String(version) },
      });
    },
    unadjudicated: async (changedAtOrBefore) =>
      casesOf(await keysUpTo(ONGOING_INDEX, VERDICT, { S: new Date(changedAtOrBefore).toISOString() })),
    open: async ({ openedAtOrBefore, limit = Infinity, subject } = {}) => {
      const last =
        openedAtOrBefore === undefined
          ? LAST_OF_A_MOMENT
          : `${new Date(openedAtOrBefore).toISOString()}${LAST_OF_A_MOMENT}`;
      const keys = await keysUpTo(ONGOING_INDEX, OPEN, { S: last }, subject ? Infinity : limit);
      const wanted = subject ? keys.filter(({ ongoingSince }) => isOpenedBy(ongoingSince?.S ?? '', subject)) : keys;
      return (await casesOf(wanted.slice(0, limit)))
        .filter(({ state }) => state === 'open')
        .sort((a, b) => a.openedAt - b.openedAt);
    },
    unattended: async (storedAtOrBefore) => {
      const keys = await keysUpTo(UNTOLD_INDEX, UNATTENDED, { N: String(storedAtOrBefore) });
      return (await casesOf(keys)).filter(({ remindedOf }) => !remindedOf).sort((a, b) => a.storedAt - b.storedAt);
    },
    markReminded: async (alertId, reminder) => {
      const values = { ':yes': { BOOL: true }, ...(reminder && withTelling(reminder)) };
      const unattended = { ...values, ':unattended': { S: UNATTENDED } };
      const note = `SET remindedOf = :yes${reminder ? `, ${ADD_TELLING}` : ''}`;
      if (await update(alertId, `${note} REMOVE untold`, 'untold = :unattended', unattended)) return;
      await update(alertId, note, 'attribute_exists(revision) AND attribute_not_exists(remindedOf)', values);
    },
    scan: async function* () {
      for await (const item of scanItems(call, tableName, scan))
        if (item.pk?.S?.startsWith(CASE_PREFIX) && item.revision) yield asCase(item);
    },
    probe: async () => {
      // Asks for everything that a write needs but for the condition, which no case meets.
      const never = 'attribute_exists(pk) AND attribute_not_exists(pk)';
      await update('probe', 'SET revision = :none', never, { ':none': { N: '0' } });
    },
  };
}

const ADD_TELLING = 'tellings = list_append(if_not_exists(tellings, :empty), :telling)';
const withTelling = (telling: CaseTelling): DynamoItem => ({
  ':empty': { L: [] },
  ':telling': { L: [{ S: JSON.stringify(telling) }] },
});

const isUntold = ({ revision, notifiedRevision }: Case) => revision > notifiedRevision;
