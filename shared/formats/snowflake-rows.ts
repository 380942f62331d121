import { isObject, own, ownNumber } from './own-field.ts';
import { jsonWithin } from './record-json.ts';
import { timeText } from './source-time.ts';

/** A row of ACCOUNT_USAGE, its columns under their names in capitals or not, as clients write them. */
export interface SnowflakeRow {
  readonly text: (column: string) => string | undefined;
  readonly number: (column: string) => number | undefined;
  /** A column of JSON: decoded, or the text of it, as CSV has it. */
  readonly json: (column: string) => unknown;
}

/** How COPY INTO writes NULL into CSV, unless told otherwise. */
const NULL_TEXT = '\\N';

export function snowflakeRow(record: unknown): SnowflakeRow {
  const get = (column: string) => {
    const value = own(record, column) ?? own(record, column.toLowerCase());
    return value === NULL_TEXT ? undefined : value;
  };
  return {
    text: (column) => {
      const value = get(column);
      return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
    },
    number: (column) => ownNumber({ value: get(column) }, 'value'),
    json: (column) => {
      const value = get(column);
      return typeof value === 'string' ? jsonWithin(value) : value;
    },
  };
}

export type SnowflakeView = 'access-history' | 'query-history' | 'login-history';

/** Which view a row is of, by the columns that only that view has. */
export function snowflakeView(record: unknown): SnowflakeView | undefined {
  if (!isObject(record)) return undefined;
  const has = (column: string) => Object.hasOwn(record, column) || Object.hasOwn(record, column.toLowerCase());
  if (has('QUERY_ID')) {
    if (has('DIRECT_OBJECTS_ACCESSED') || has('BASE_OBJECTS_ACCESSED')) return 'access-history';
    return has('EXECUTION_STATUS') ? 'query-history' : undefined;
  }
  return has('EVENT_TIMESTAMP') && has('CLIENT_IP') && has('IS_SUCCESS') ? 'login-history' : undefined;
}

/** A table, view or the like in one of the JSON columns. */
export interface AccessedObject {
  readonly name: string;
  readonly columns: readonly string[] | undefined;
}

/** Functions, procedures, stages and sequences hold no rows. */
const HOLDS_ROWS = /table|view|stream/i;
/** A statement over more tables is a program's; a record must not become thousands of accesses. */
const OBJECTS_KEPT = 100;

/** The objects with rows in a column of ACCESS_HISTORY; anything else in it is passed over. */
export function accessedObjects(value: unknown): readonly AccessedObject[] {
  if (!Array.isArray(value)) return [];
  const found = new Map<string, AccessedObject>();
  for (const item of value) {
    const domain = own(item, 'objectDomain');
    const name = own(item, 'objectName');
    if (typeof name !== 'string' || name === '' || typeof domain !== 'string' || !HOLDS_ROWS.test(domain)) continue;
    found.set(name, { name: name.slice(0, 500), columns: columnsOf(own(item, 'columns')) });
  }
  return [...found.values()].slice(0, OBJECTS_KEPT);
}

/** A statement over very many columns has one that says so instead: which they were isn't known then. */
const isTruncated = (column: unknown) => own(column, 'columnName') === 'TRUNCATED' && own(column, 'columnId') === -1;

function columnsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.some(isTruncated)) return undefined;
  return value.map((column) => own(column, 'columnName')).filter((name) => typeof name === 'string');
}

/** Views give times in the session's zone with its offset. */
export const snowflakeTime = (row: SnowflakeRow, column: string): string | undefined => timeText(row.text(column));
