const COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*/;
/** A statement's beginning is enough: what follows may be megabytes. */
const HEAD_CHARACTERS = 4000;
const ACTIONS: Readonly<Record<string, string>> = {
  SELECT: 'query',
  WITH: 'query',
  TABLE: 'query',
  VALUES: 'query',
  FETCH: 'query',
  EXECUTE: 'query',
  CALL: 'query',
  INSERT: 'update',
  UPDATE: 'update',
  MERGE: 'update',
  REPLACE: 'update',
  DELETE: 'delete',
  TRUNCATE: 'delete',
  GRANT: 'grant',
  REVOKE: 'grant',
};

/**
 * What an SQL statement does with data, by its first word. An estimate: a query may call a function that writes.
 *
 * @returns undefined for what touches no data: definitions, transactions, settings
 */
export function actionOfSql(statement: string): string | undefined {
  const head = statement.slice(0, HEAD_CHARACTERS).replace(COMMENTS, '');
  const verb = /^\(*\s*([A-Za-z]+)/.exec(head)?.[1]?.toUpperCase() ?? '';
  // COPY … TO hands data out, COPY … FROM takes it in.
  if (verb === 'COPY') return /\bTO\b/i.test(head) ? 'export' : 'update';
  return Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
}
