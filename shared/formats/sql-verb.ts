const SPACE = /[\s;]+/y;
/** It ends at whatever some database takes for the end of a line. */
const LINE_COMMENT = /--[^\n\r\v\f\u0085\u2028\u2029]*/y;
const VERB = /[\s(]*([a-z]+)/iy;

/** SQL Server needs no semicolon between statements, so no name may be a verb. */
const NAME = String.raw`(?!(?:SELECT|EXEC|EXECUTE|FETCH|CALL)\b)(?:[\w$.@]+|"[^";\\]*"|\x60[^\x60;\\]*\x60|\[[^\];\\]*\])`;
const VALUE = String.raw`(?:-?${NAME}|'[^';\\]*')`;
const MODE =
  '(?:ISOLATION LEVEL (?:READ (?:UN)?COMMITTED|REPEATABLE READ|SERIALIZABLE|SNAPSHOT)|READ (?:ONLY|WRITE)|WITH CONSISTENT SNAPSHOT)';
const MODES = `${MODE}(?:,? ${MODE}){0,3}`;
const SCOPE = '(?: (?:SESSION|LOCAL|GLOBAL))?';
/**
 * Statements that touch no data in whichever database, to their end. What they may hold is little, as every database quotes,
 * comments and parts statements in its own way: what is a text to one is a statement to another.
 */
const PASSED_OVER = new RegExp(
  `(?:${[
    `(?:BEGIN|COMMIT|ROLLBACK|ABORT|END)(?: (?:WORK|TRAN|TRANSACTION))?(?: ${MODES})?`,
    `START TRANSACTION(?: ${MODES})?`,
    `(?:SAVEPOINT|RELEASE|RELEASE SAVEPOINT|ROLLBACK TO|ROLLBACK TO SAVEPOINT) ${NAME}`,
    `SET${SCOPE}(?: CHARACTERISTICS AS)? TRANSACTION ${MODES}`,
    `SET TIME ZONE ${VALUE}`,
    String.raw`SET${SCOPE} ${NAME}(?:\s*:?=\s*| TO | )${VALUE}(?:\s*,\s*(?:${NAME}\s*=\s*)?${VALUE}){0,20}`,
    String.raw`(?:RESET|DISCARD|CLOSE|DEALLOCATE|LISTEN|UNLISTEN|USE|DESC|DESCRIBE) (?:${NAME}|\*)`,
    `SHOW(?: ${VALUE}){1,8}`,
  ]
    .join('|')
    .replaceAll(' ', String.raw`\s+`)})\\s*(?:;|$)`,
  'iy',
);
/** What statements with these verbs do; any other is taken for a query. */
const ACTIONS: Readonly<Record<string, string>> = {
  INSERT: 'update',
  UPDATE: 'update',
  MERGE: 'update',
  REPLACE: 'update',
  CREATE: 'update',
  ALTER: 'update',
  DELETE: 'delete',
  TRUNCATE: 'delete',
  DROP: 'delete',
  GRANT: 'grant',
  REVOKE: 'grant',
};

/**
 * What SQL does with data, by the first word that isn't known to touch none; there may be several statements. An estimate: a
 * query may call a function that writes. What isn't understood counts as a query, so that nothing in front of one hides it.
 *
 * @returns undefined for what touches no data: transactions, settings, descriptions
 */
export function actionOfSql(statements: string): string | undefined {
  const start = startOfData(statements);
  if (start === statements.length) return undefined;
  VERB.lastIndex = start;
  const verb = VERB.exec(statements)?.[1]?.toUpperCase() ?? '';
  // COPY … TO hands data out, COPY … FROM takes it in.
  if (verb === 'COPY') return /\bTO\b/i.test(statements.slice(start)) ? 'export' : 'update';
  return Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : 'query';
}

/** Behind comments and statements that touch no data. */
function startOfData(sql: string): number {
  for (let at = 0; ; ) {
    const next = behindOne(sql, at);
    if (next === at) return at;
    at = next;
  }
}

/** Behind space, a comment or a statement that touches no data; where there is none of these, `at`. */
function behindOne(sql: string, at: number): number {
  if (sql.startsWith('/*', at)) return behindComment(sql, at);
  for (const pattern of [SPACE, LINE_COMMENT, PASSED_OVER]) {
    pattern.lastIndex = at;
    if (pattern.test(sql)) return pattern.lastIndex;
  }
  return at;
}

/** Not behind a comment that MySQL or MariaDB runs, nor one with another in it: some databases nest them. */
function behindComment(sql: string, at: number): number {
  const end = sql.indexOf('*/', at + 2);
  const comment = sql.slice(at + 2, end);
  return end < 0 || /^M?!|\/\*/.test(comment) ? at : end + 2;
}
