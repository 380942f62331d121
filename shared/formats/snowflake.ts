import { resolveActor } from '../model/actors.ts';
import { accessReading } from './access-reading.ts';
import type { RecordReading } from './record-reading.ts';
import { accessedObjects, type SnowflakeRow, snowflakeRow, snowflakeTime, snowflakeView } from './snowflake-rows.ts';
import type { SourceContext, SourceFormat } from './source-format.ts';
import { meet, startWaiting, type Waiting, wait } from './waiting.ts';

/** So many rows of each view wait for their partner. */
const ROWS_KEPT = 50_000;
/** So many statements whose accesses were read are remembered, about 20 MB: exports overlap by hours, as the views lag. */
const STATEMENTS_KEPT = 100_000;
/** SQL access control error: insufficient privileges. 2003 may as well be a typing error: "does not exist or not authorized". */
const INSUFFICIENT_PRIVILEGES = '3001';

/** What ACCESS_HISTORY says of a statement. */
interface Accesses {
  readonly queryId: string;
  readonly time: string;
  readonly user: string;
  readonly read: ReturnType<typeof accessedObjects>;
  readonly modified: ReturnType<typeof accessedObjects>;
}

/** What QUERY_HISTORY adds. */
interface Query {
  readonly type: string;
  readonly warehouse: string | undefined;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  /** A service's user; USER_TYPE is there since 2024. */
  readonly isService: boolean;
}

interface SnowflakeState {
  readonly accesses: Waiting<Accesses>;
  readonly queries: Waiting<Query>;
  /** By statement, user and time: whose accesses were read. */
  readonly known: Waiting<true>;
}

/**
 * Snowflake's ACCOUNT_USAGE views, rows in any order. A row of ACCESS_HISTORY says who touched which tables and columns; the row of QUERY_HISTORY with
 * its QUERY_ID how much came out and through which warehouse; LOGIN_HISTORY where the user was.
 *
 * @see https://docs.snowflake.com/en/sql-reference/account-usage/access_history
 * @see https://docs.snowflake.com/en/sql-reference/account-usage/query_history
 * @see https://docs.snowflake.com/en/sql-reference/account-usage/login_history
 */
export const snowflakeFormat: SourceFormat<SnowflakeState> = {
  name: 'snowflake',
  about: 'Snowflake ACCESS_HISTORY, joined with QUERY_HISTORY and LOGIN_HISTORY',
  recognises: (record) => snowflakeView(record) !== undefined,
  start: () => ({
    accesses: startWaiting(ROWS_KEPT),
    queries: startWaiting(ROWS_KEPT),
    known: startWaiting(STATEMENTS_KEPT),
  }),
  read(record, state, context) {
    switch (snowflakeView(record)) {
      case 'access-history':
        return { readings: readAccesses(record, state, context), state };
      case 'query-history':
        return { readings: readQuery(record, state, context), state };
      case 'login-history':
        return { readings: [readLogin(record, context)], state };
      default:
        return { readings: [{ kind: 'invalid', reason: 'a row of no view that is read' }], state };
    }
  },
  flush: ({ accesses }, context) =>
    [...accesses.items.values()].flatMap((waiting) => accessReadings(waiting, undefined, context)),
};

function readAccesses(record: unknown, state: SnowflakeState, context: SourceContext): readonly RecordReading[] {
  const row = snowflakeRow(record);
  const [queryId, user, time] = [row.text('QUERY_ID'), row.text('USER_NAME'), snowflakeTime(row, 'QUERY_START_TIME')];
  if (!queryId || !user) return refused('QUERY_ID or USER_NAME: missing');
  if (!time) return refused('QUERY_START_TIME: not a time with an offset');
  const base = accessedObjects(row.json('BASE_OBJECTS_ACCESSED'));
  const accesses: Accesses = {
    queryId,
    time,
    user,
    // Of a view the tables behind it; of one that another account shares, the view itself. Some engines' rows name only what was asked for.
    read: base.length > 0 ? base : accessedObjects(row.json('DIRECT_OBJECTS_ACCESSED')),
    modified: accessedObjects(row.json('OBJECTS_MODIFIED')),
  };
  if (accesses.read.length + accesses.modified.length === 0)
    return [{ kind: 'not-concerned', why: 'management-event' }];
  // Its partner has met the first and waits no longer: without it the access would be another one.
  const key = [queryId, user, time].join('\u0000');
  const isRepeated = state.known.items.has(key);
  wait(state.known, key, true);
  if (isRepeated) return [{ kind: 'not-concerned', why: 'repeated' }];
  const query = meet(state.queries, queryId);
  if (query) return accessReadings(accesses, query, context);
  const early = wait(state.accesses, queryId, accesses);
  return early ? accessReadings(early, undefined, context) : [];
}

function readQuery(record: unknown, state: SnowflakeState, context: SourceContext): readonly RecordReading[] {
  const row = snowflakeRow(record);
  const queryId = row.text('QUERY_ID');
  if (!queryId) return refused('QUERY_ID: missing');
  const isContext: RecordReading = { kind: 'not-concerned', why: 'context' };
  if (!/^success$/i.test(row.text('EXECUTION_STATUS') ?? '')) return [readFailure(record, queryId, context)];
  const type = row.text('QUERY_TYPE') ?? '';
  const query: Query = {
    type,
    warehouse: row.text('WAREHOUSE_NAME'),
    rows: row.number(type === 'UNLOAD' ? 'ROWS_UNLOADED' : 'ROWS_WRITTEN_TO_RESULT') ?? row.number('ROWS_PRODUCED'),
    bytes: row.number('BYTES_WRITTEN_TO_RESULT'),
    isService: isService(row),
  };
  const accesses = meet(state.accesses, queryId);
  if (accesses) return [isContext, ...accessReadings(accesses, query, context)];
  // What a query without accesses had to say concerns nobody.
  wait(state.queries, queryId, query);
  return [isContext];
}

/**
 * Whether a row of QUERY_HISTORY is a program's: of a user that is made for one, an agent too, or of Snowflake's own background service.
 *
 * @see https://docs.snowflake.com/en/user-guide/admin-user-management
 * @see https://docs.snowflake.com/en/sql-reference/functions/query_history
 */
const isService = (row: SnowflakeRow): boolean =>
  /SERVICE(_AGENT)?$/.test(row.text('USER_TYPE') ?? '') || row.text('USER_NAME') === 'SYSTEM';

/** Logins that Snowflake makes itself, for each worksheet that somebody opens say: they hide where the person is. */
const isOwnLogin = (ip: string): boolean => ip === '0.0.0.0' || ip.startsWith('INTERNAL_SNOWFLAKE_IP');

/** ACCESS_HISTORY has no row for what failed: the database and schema that were in use are all that is known of a refusal. */
function readFailure(record: unknown, queryId: string, context: SourceContext): RecordReading {
  const row = snowflakeRow(record);
  const name = [row.text('DATABASE_NAME'), row.text('SCHEMA_NAME')].filter((part) => part !== undefined).join('.');
  const [user, time] = [row.text('USER_NAME'), snowflakeTime(row, 'START_TIME')];
  const refusedByPrivilege = Number(row.text('ERROR_CODE')) === Number(INSUFFICIENT_PRIVILEGES);
  if (!refusedByPrivilege || name === '' || !user) return { kind: 'not-concerned', why: 'failed-request' };
  return accessReading(
    {
      id: queryId,
      time: time ?? '',
      source: 'snowflake',
      actor: { id: user, type: isService(row) ? 'service' : 'employee' },
      action: 'query',
      resource: { kind: 'table', source: 'snowflake', name, warehouse: row.text('WAREHOUSE_NAME') },
      denied: true,
    },
    context,
  );
}

function readLogin(record: unknown, context: SourceContext): RecordReading {
  const row = snowflakeRow(record);
  if (row.text('IS_SUCCESS') !== 'YES') return { kind: 'not-concerned', why: 'context' };
  const [user, ip = ''] = [row.text('USER_NAME'), row.text('CLIENT_IP')];
  const time = Date.parse(snowflakeTime(row, 'EVENT_TIMESTAMP') ?? '');
  if (!user || Number.isNaN(time))
    return { kind: 'invalid', reason: 'USER_NAME or EVENT_TIMESTAMP: a login needs both' };
  const actorId = resolveActor(context.actors, 'snowflake', { id: user, type: 'employee' }).id;
  return { kind: 'sign-in', value: { actorId, time, ...(ip && !isOwnLogin(ip) && { ip }) } };
}

/** One access a table: its id is the statement's, with the table behind it where there are several. */
function accessReadings(
  { queryId, time, user, read, modified }: Accesses,
  query: Query | undefined,
  context: SourceContext,
): readonly RecordReading[] {
  // What GET downloads was unloaded into a stage before, and stages name no table.
  const isExport = query?.type === 'UNLOAD';
  const touched = [
    ...read.map((object) => ({ ...object, action: isExport ? 'export' : 'query' })),
    ...modified.map((object) => ({
      ...object,
      action: /DELETE|TRUNCATE/.test(query?.type ?? '') ? 'delete' : 'update',
    })),
  ];
  return touched.map(({ name, columns, action }, index) =>
    accessReading(
      {
        id: touched.length > 1 ? `${queryId}/${index}` : queryId,
        time,
        source: 'snowflake',
        actor: { id: user, type: query?.isService ? 'service' : 'employee' },
        action,
        resource: { kind: 'table', source: 'snowflake', name, columns, warehouse: query?.warehouse },
        // Of a statement that writes, the result is one row that says so.
        rows: modified.length === 0 ? query?.rows : undefined,
        // A statement's bytes can't be told apart by table, and those of what writes or unloads are a line that says so.
        bytes: touched.length === 1 && modified.length === 0 && !isExport ? query?.bytes : undefined,
        denied: false,
        unjoined: query ? undefined : 'query',
      },
      context,
    ),
  );
}

const refused = (reason: string): readonly RecordReading[] => [{ kind: 'invalid', reason }];
