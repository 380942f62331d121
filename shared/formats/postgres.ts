import { accessReading, type SourceAccess } from './access-reading.ts';
import { parseCsv } from './csv.ts';
import { isPostgresEntry, type PostgresEntry, readPostgresEntry } from './postgres-line.ts';
import { plainName, readCopy } from './postgres-names.ts';
import type { RecordReading } from './record-reading.ts';
import { type SourceContext, statelessFormat } from './source-format.ts';

/** The fields of an audit entry by position (pgAudit, "Format"); ROWS is there with `pgaudit.log_rows`. */
const [CLASS, COMMAND, OBJECT_NAME, STATEMENT, ROWS] = [3, 4, 6, 7, 9];

const AUDIT = /^AUDIT: (?=SESSION,|OBJECT,)/;
/** What PostgreSQL itself says to who may not: pgAudit speaks only of what went through. */
const REFUSED = /^permission denied for (?:table|relation|view|materialized view|schema|sequence) "?([^"\n]+?)"?$/m;
const INSUFFICIENT_PRIVILEGE = '42501';
/** What every line that concerns us has in it: those of the server's own processes have half a prefix, or none. */
const CONCERNS = /AUDIT: |permission denied for /;

/** PostgreSQL's log with pgAudit's entries in it. */
export const postgresFormat = statelessFormat(
  {
    name: 'postgres',
    about: 'PostgreSQL with pgAudit: log lines, csvlog and jsonlog',
    recognises: isPostgresEntry,
  },
  readEntry,
);

function readEntry(record: unknown, context: SourceContext): RecordReading {
  if (typeof record === 'string' && !CONCERNS.test(record)) return { kind: 'not-concerned', why: 'management-event' };
  const entry = readPostgresEntry(record);
  if (typeof entry === 'string') return { kind: 'invalid', reason: entry };
  const told = AUDIT.test(entry.message) ? auditOf(entry) : refusalOf(entry);
  if (told === undefined) return { kind: 'not-concerned', why: 'management-event' };
  if (typeof told === 'string') return { kind: 'invalid', reason: told };
  if (entry.user === undefined) return { kind: 'invalid', reason: 'user: the entry names nobody' };
  if (entry.time === undefined)
    return { kind: 'invalid', reason: 'time: its zone is neither UTC nor an offset (log_timezone)' };
  const name = [entry.database, told.table].filter((part) => part !== undefined).join('.');
  if (name === '') return { kind: 'invalid', reason: 'object: neither a table nor a database is named' };
  return accessReading(
    {
      id: entry.id.slice(0, 256),
      time: entry.time,
      source: 'postgres',
      actor: { id: entry.user, type: 'employee' },
      ip: entry.host,
      action: told.action,
      resource: { kind: 'table', source: 'postgres', name },
      rows: told.rows,
      denied: told.denied,
    },
    context,
  );
}

interface Told extends Pick<SourceAccess, 'action' | 'denied' | 'rows'> {
  /** With its schema; undefined where pgAudit doesn't log relations, or names none. */
  readonly table: string | undefined;
}

/** @returns undefined for what touches no data, or why the entry can't be read */
function auditOf({ message }: PostgresEntry): Told | string | undefined {
  const csv = parseCsv(message.replace(AUDIT, ''));
  if (!csv.ok) return `AUDIT: field ${csv.field}: ${csv.reason}`;
  const fields = csv.records[0]?.map(({ text }) => text) ?? [];
  const [auditClass = '', command = ''] = [fields[CLASS], fields[COMMAND]];
  // What is copied out of a table is a SELECT of it, or with `pgaudit.log_rows` a COPY of which no table is named.
  const copy = readCopy(fields[STATEMENT] ?? '');
  const table = plainName(fields[OBJECT_NAME] ?? '') || (command === 'COPY' ? copy?.table : undefined);
  const action = copy && auditClass === 'READ' ? 'export' : actionOf(auditClass, command, table);
  if (!action) return undefined;
  // Of all but a SELECT the number of rows is a zero that counts nothing.
  const isCounted = command === 'SELECT' && /^\d{1,15}$/.test(fields[ROWS] ?? '');
  return { action, denied: false, rows: isCounted ? Number(fields[ROWS]) : undefined, table };
}

/** Definitions, functions and session settings touch no data themselves; what a function reads is an entry of its own. */
function actionOf(auditClass: string, command: string, table: string | undefined): string | undefined {
  switch (auditClass) {
    case 'READ':
      return command.startsWith('COPY') ? 'export' : 'query';
    case 'WRITE':
      return /^(DELETE|TRUNCATE)/.test(command) ? 'delete' : 'update';
    case 'ROLE':
      return table !== undefined && /^(GRANT|REVOKE)/.test(command) ? 'grant' : undefined;
    default:
      return undefined;
  }
}

/** The text gives the table without its schema. */
function refusalOf({ message, state }: PostgresEntry): Told | undefined {
  if (state !== undefined && state !== INSUFFICIENT_PRIVILEGE) return undefined;
  const table = REFUSED.exec(message)?.[1];
  return table === undefined ? undefined : { action: 'query', denied: true, rows: undefined, table };
}
