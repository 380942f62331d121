const commands = (text: string): ReadonlySet<string> => new Set(text.split(' '));
/** Of the connection, the server and transactions, whose commands are recorded one by one. */
const PASSED_OVER = commands(
  'auth client command discard echo exec hello info multi ping quit readonly readwrite reset select time unwatch wait watch',
);
const DELETES = commands('del flushall flushdb hdel lrem ltrim srem unlink xdel xtrim zrem');
const UPDATES = commands(
  'append decr decrby expire expireat hincrby hmset hset hsetnx incr incrby incrbyfloat lpush lset mset msetnx persist pexpire ' +
    'psetex publish rename renamenx restore rpush sadd set setex setnx setrange xadd zadd zincrby',
);

/**
 * What a command of Redis does, by its name. One that isn't known is taken for a query.
 *
 * @see https://redis.io/docs/latest/commands/
 * @returns undefined for what touches no data
 */
export function actionOfRedis(command: string): string | undefined {
  const name = /^\s*(\S{1,40})/.exec(command)?.[1]?.toLowerCase() ?? '';
  if (PASSED_OVER.has(name)) return undefined;
  if (DELETES.has(name)) return 'delete';
  return UPDATES.has(name) ? 'update' : 'query';
}
