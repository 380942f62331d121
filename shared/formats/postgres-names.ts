const BLANK = /\s+|--[^\r\n]*/y;
const COMMENT_EDGE = /\/\*|\*\//g;
/** Not the quoted kind with escapes in it, `U&"d\\0061ta"` (PostgreSQL manual, "Identifiers and Key Words"). */
const NAME = /"([^"]*(?:""[^"]*)*)"|(?!u&")([a-z_\u0080-\uffff][\w$\u0080-\uffff]*)/iy;
/** Where `search_path` looks, unless it was changed (PostgreSQL manual, "The Schema Search Path"). */
const DEFAULT_SCHEMA = 'public';

/** A COPY, as its statement tells of it. */
export interface PostgresCopy {
  /** `SCHEMA.TABLE`; absent where a query is copied. */
  readonly table: string | undefined;
}

/**
 * Reads the beginning of a COPY. pgAudit names no table where it counts rows, so the statement has to.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 * @returns undefined where the statement is none
 */
export function readCopy(statement: string): PostgresCopy | undefined {
  const verb = nameAt(statement, behindBlanks(statement, 0));
  if (verb?.name !== 'copy') return undefined;
  const start = behindBlanks(statement, verb.end);
  const first = nameAt(statement, start);
  // `COPY BINARY table`, as it was written before version 7.3, is still understood; no table has that name without quotes.
  const isOldSyntax = first?.name === 'binary' && statement[start] !== '"';
  const parts = nameParts(statement, isOldSyntax ? behindBlanks(statement, first.end) : start);
  return { table: parts.length === 1 ? `${DEFAULT_SCHEMA}.${parts[0]}` : parts.join('.') || undefined };
}

/** A dotted name without the quotes that SQL needs around some parts: `public."Users"` is `public.Users`. */
export const plainName = (text: string): string => (text.includes('"') && nameParts(text, 0).join('.')) || text;

/** The parts of a dotted name. @returns none where there is no name */
function nameParts(sql: string, from: number): readonly string[] {
  const parts: string[] = [];
  for (let at = from; ; ) {
    const part = nameAt(sql, at);
    if (!part) return [];
    parts.push(part.name);
    const end = behindBlanks(sql, part.end);
    if (sql[end] !== '.') return parts;
    at = behindBlanks(sql, end + 1);
  }
}

/** A name as the database has it: in small letters, unless it is quoted. */
function nameAt(sql: string, at: number): { readonly name: string; readonly end: number } | undefined {
  NAME.lastIndex = at;
  const found = NAME.exec(sql);
  if (!found) return undefined;
  const [, quoted, plain = ''] = found;
  return { name: quoted?.replaceAll('""', '"') ?? plain.toLowerCase(), end: NAME.lastIndex };
}

/** Behind space and comments. */
function behindBlanks(sql: string, from: number): number {
  for (let at = from; ; ) {
    BLANK.lastIndex = at;
    if (BLANK.test(sql)) at = BLANK.lastIndex;
    else if (sql.startsWith('/*', at)) at = behindComment(sql, at);
    else return at;
  }
}

/** Comments nest (PostgreSQL manual, "Comments"). */
function behindComment(sql: string, from: number): number {
  COMMENT_EDGE.lastIndex = from;
  let depth = 0;
  for (let edge = COMMENT_EDGE.exec(sql); edge; edge = COMMENT_EDGE.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_EDGE.lastIndex;
  }
  return sql.length;
}
