import { type MongoCommand, readMongoCommand } from './mongo-command.ts';
import { own, ownText } from './own-field.ts';
import { actionOfRedis } from './redis-command.ts';
import { actionOfSql } from './sql-verb.ts';

/** What a request does with data, and with which collection, where MongoDB names one. */
type DatabaseRequest = Pick<MongoCommand, 'action'> & Partial<MongoCommand>;

const request = (action: string | undefined): DatabaseRequest | undefined =>
  action === undefined ? undefined : { action };
const readSql = (event: unknown, field: string) => request(actionOfSql(ownText(event, field) ?? ''));

/**
 * Events that a request makes, and what it does. Those of DynamoDB, Elasticsearch and OpenSearch are not read.
 *
 * @see https://goteleport.com/docs/reference/audit-events/database/
 */
const REQUESTS: ReadonlyMap<string, (event: unknown) => DatabaseRequest | undefined> = new Map([
  ['db.session.query', readQuery],
  ['db.session.query.failed', readQuery],
  ['db.session.postgres.statements.parse', (event: unknown) => readSql(event, 'query')],
  ['db.session.mysql.statements.prepare', (event: unknown) => readSql(event, 'query')],
  ['db.session.cassandra.prepare', (event: unknown) => readSql(event, 'query')],
  ['db.session.sqlserver.rpc_request', readProcedure],
  ['db.session.spanner.rpc', readSpannerCall],
]);

/** @returns undefined for what touches no data */
export const readDatabaseRequest = (event: string, record: unknown): DatabaseRequest | undefined =>
  REQUESTS.get(event)?.(record);

function readQuery(event: unknown): DatabaseRequest | undefined {
  const text = ownText(event, 'db_query') ?? '';
  switch (ownText(event, 'db_protocol')) {
    case 'mongodb':
      return readMongoCommand(text);
    case 'redis':
      return request(actionOfRedis(text));
    default:
      return request(actionOfSql(text));
  }
}

/** Procedures of SQL Server that go on with, or end, what was counted when it was prepared or opened. */
const GOES_ON = /^sp_(?:reset_connection|execute|unprepare|cursor(?:fetch|option|close|execute|unprepare)?)$/i;

/** SQL Server's clients hand their statements to a procedure, and what a procedure of the company's own does, its name doesn't say. */
function readProcedure(event: unknown): DatabaseRequest | undefined {
  const name = ownText(event, 'proc_name') ?? '';
  if (GOES_ON.test(name)) return undefined;
  const parameters = own(event, 'parameters');
  const [statement]: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  const isTold = /^sp_executesql$/i.test(name) && typeof statement === 'string';
  return isTold ? request(actionOfSql(statement)) : { action: 'query' };
}

const SPANNER_CALLS: ReadonlyMap<string, string> = new Map([
  ...['Read', 'StreamingRead', 'PartitionRead'].map((name) => [name, 'query'] as const),
  ...['ExecuteBatchDml', 'BatchWrite'].map((name) => [name, 'update'] as const),
]);

/** Spanner reads tables by statement or by name. Its other calls are about sessions: a call that fails is a session that fails. */
function readSpannerCall(event: unknown): DatabaseRequest | undefined {
  const statement = ownText(event, 'args', 'sql');
  const action = statement ? actionOfSql(statement) : SPANNER_CALLS.get(ownText(event, 'procedure') ?? '');
  return request(action ?? (own(event, 'success') === false ? 'query' : undefined));
}
