import { isObject, ownNumber, ownText } from './own-field.ts';
import { recordId } from './record-id.ts';
import { timeText } from './source-time.ts';

/** What one entry of PostgreSQL's log says, whichever way it is written. */
export interface PostgresEntry {
  readonly id: string;
  /** RFC 3339, where the log's zone is UTC or an offset. */
  readonly time: string | undefined;
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly host: string | undefined;
  /** SQLSTATE; only csvlog and jsonlog have it. */
  readonly state: string | undefined;
  readonly message: string;
}

/** csvlog's columns by position (PostgreSQL documentation, "Using CSV-Format Log Output"). */
const [LOG_TIME, USER, DATABASE, CONNECTION_FROM, SESSION_ID, LINE, STATE, MESSAGE] = [0, 1, 2, 4, 5, 6, 12, 13];
/** Version 9.0's 23 columns; each later version only added some behind them. */
const LEAST_COLUMNS = 23;

const TIME = String.raw`(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? (?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?))`;
/** `%r`: without the port there is no telling a host from a name. */
const HOST = String.raw`(?<host>\[local\]|[^\s()]+\(\d+\))`;
/** Users' names may be mail addresses, and databases' have no @: the last one parts them. */
const USER_AT_DATABASE = String.raw`(?<user>[^\s[]\S*)@(?<database>[^\s@]+)`;
/** The prefixes (`log_line_prefix`) that are understood, as what stands before the severity. */
const PREFIXES = [
  // '%t [%p]: user=%u,db=%d,app=%a,client=%h ', as pgBadger recommends it.
  new RegExp(
    String.raw`^${TIME} [^=]*user=(?<user>[^,]*),db=(?<database>[^,]*),app=(?<application>.*),client=(?<host>\S*)$`,
  ),
  // '%m [%p] %u@%d %r %a '.
  new RegExp(String.raw`^${TIME} \[\d+\] ${USER_AT_DATABASE} ${HOST}(?: (?<application>.*))?$`),
  // '%m %u %r %a ', with or without the process in brackets: it names no database.
  new RegExp(String.raw`^${TIME}(?: \[\d+\])? (?<user>[^\s[]\S*) ${HOST}(?: (?<application>.*))?$`),
  // '%t:%r:%u@%d:[%p]:', as Amazon RDS has it.
  new RegExp(String.raw`^${TIME}:(?:${HOST})?:(?<user>.*)@(?<database>[^:@]*):\[\d+\]:$`),
  // '%m [%p] %q%u@%d ', as Debian and Ubuntu have it: it names no host.
  new RegExp(String.raw`^${TIME} \[\d+\] ${USER_AT_DATABASE}$`),
];
const SEVERITY =
  /(?<=^|[ :])(?:LOG|NOTICE|INFO|WARNING|ERROR|FATAL|PANIC|DEBUG[1-5]?|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION): {1,2}/g;
/** Quantifiers that could go back and forth over a prefix of any length would take minutes. */
const LONGEST_PREFIX = 500;
/** Of a name that any user sets as they like (PostgreSQL documentation, "application_name"). */
const LONGEST_APPLICATION = 63;
/** What is read of messages at all. */
const OF_CONCERN = /^(?:AUDIT: (?:SESSION|OBJECT),|permission denied for )/;
const LINE_BEGIN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;

/** Whether a record is an entry of PostgreSQL's log: a line of text, a row of csvlog, an object of jsonlog. */
export function isPostgresEntry(record: unknown): boolean {
  if (typeof record === 'string') return LINE_BEGIN.test(record) && record.search(SEVERITY) >= 0;
  if (Array.isArray(record)) {
    const [time, message]: readonly unknown[] = [record[LOG_TIME], record[MESSAGE]];
    return (
      record.length >= LEAST_COLUMNS && typeof time === 'string' && LINE_BEGIN.test(time) && typeof message === 'string'
    );
  }
  return isObject(record) && 'error_severity' in record && 'session_id' in record && 'timestamp' in record;
}

/** @returns the entry, or why it can't be read */
export function readPostgresEntry(record: unknown): PostgresEntry | string {
  if (typeof record === 'string') return readLine(record);
  if (Array.isArray(record)) return readRow(record);
  return {
    id: `${ownText(record, 'session_id') ?? ''}/${ownNumber(record, 'line_num') ?? recordId('line', record)}`,
    time: timeText(ownText(record, 'timestamp')),
    user: ownText(record, 'user'),
    database: ownText(record, 'dbname'),
    host: ownText(record, 'remote_host'),
    state: ownText(record, 'state_code'),
    message: ownText(record, 'message') ?? '',
  };
}

function readRow(row: readonly unknown[]): PostgresEntry {
  const text = (column: number) => (typeof row[column] === 'string' && row[column] !== '' ? row[column] : undefined);
  return {
    id: `${text(SESSION_ID) ?? ''}/${text(LINE) ?? recordId('line', row)}`,
    time: timeText(text(LOG_TIME)),
    user: text(USER),
    database: text(DATABASE),
    // HOST:PORT, the host an address of either version.
    host: text(CONNECTION_FROM)?.replace(/:\d+$/, ''),
    state: text(STATE),
    message: text(MESSAGE) ?? '',
  };
}

function readLine(line: string): PostgresEntry | string {
  const ways = waysToRead(line);
  const ofConcern = ways.filter(({ message }) => OF_CONCERN.test(message));
  if (ofConcern.length > 1) return 'application_name: with it the line can be read in two ways';
  const way = ofConcern[0] ?? ways[0];
  if (!way) return "an unknown log_line_prefix; '%m %u %r %a ' is understood";
  const { prefix, message } = way;
  return {
    id: recordId('postgres', line),
    time: timeText(prefix.time),
    user: prefix.user || undefined,
    database: prefix.database || undefined,
    host: prefix.host?.replace(/\(\d+\)$/, '') || undefined,
    state: undefined,
    message,
  };
}

interface WayToRead {
  readonly prefix: Readonly<Record<string, string | undefined>>;
  readonly message: string;
}

/**
 * Every way to part a line into prefix and message. Nearly always it is one; but the prefix may hold the application's name, which its
 * user chooses, and which may look like the end of a prefix.
 */
function waysToRead(line: string): readonly WayToRead[] {
  return [...line.slice(0, LONGEST_PREFIX).matchAll(SEVERITY)].flatMap(({ 0: severity, index }) => {
    const before = line.slice(0, index).trimEnd();
    const prefix = PREFIXES.map((pattern) => pattern.exec(before)).find((match) => match !== null)?.groups;
    if (!prefix || (prefix.application ?? '').length > LONGEST_APPLICATION) return [];
    return [{ prefix, message: line.slice(index + severity.length) }];
  });
}
