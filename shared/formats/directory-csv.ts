import * as z from 'zod/mini';
import { countryHint, isCountry } from '../model/country.ts';
import type { DirectoryRow } from '../model/directory.ts';
import { localClock } from '../stats/local-time.ts';
import { type CsvField, parseCsv } from './csv.ts';

/** The columns that every directory has, in any order; others are kept as they are. */
export const DIRECTORY_COLUMNS = ['employeeId', 'type', 'homeCountry', 'team', 'timeZone', 'effectiveFrom'] as const;
type KnownColumn = (typeof DIRECTORY_COLUMNS)[number];

/** What is wrong with a directory, and where: the line of the file from 1, and the column's name where it is one column's fault. */
export interface DirectoryError {
  readonly line: number;
  readonly column: string | undefined;
  readonly reason: string;
}

export type DirectoryResult =
  | { readonly ok: true; readonly rows: readonly DirectoryRow[]; readonly warnings: readonly string[] }
  /** The first errors, at most `ERRORS_KEPT`, and how many there are. */
  | { readonly ok: false; readonly errors: readonly DirectoryError[]; readonly errorCount: number };

/** A file in the wrong format has as many errors as fields; nobody reads more than these. */
export const ERRORS_KEPT = 100;

/**
 * Reads a directory. Every row is validated before any is accepted: half a directory would make the other half strangers.
 *
 * @param text CSV (RFC 4180) whose first line names the columns. Without rows it is valid, and a warning says what follows
 */
export function parseDirectoryCsv(text: string): DirectoryResult {
  const csv = parseCsv(text);
  if (!csv.ok) {
    const error = { line: csv.line, column: undefined, reason: `field ${csv.field}: ${csv.reason}` };
    return { ok: false, errors: [error], errorCount: 1 };
  }
  const [header = [], ...records] = csv.records;
  const names = header.map((field) => field.text.trim());
  const errors: DirectoryError[] = headerErrors(names);
  if (errors.length) return { ok: false, errors, errorCount: errors.length };

  const rows: DirectoryRow[] = [];
  const firstLines = new Map<string, number>();
  const zones = new Map<string, boolean>();
  for (const record of records) {
    const line = record[0]?.line ?? 0;
    if (record.length !== names.length) {
      errors.push({ line, column: undefined, reason: `${record.length} fields, but ${names.length} columns` });
      continue;
    }
    const { row, errors: rowErrors } = readRow(names, record, zones);
    const key = `${row.effectiveFrom} ${row.employeeId}`;
    const earlier = firstLines.get(key);
    if (earlier === undefined) firstLines.set(key, line);
    else if (!rowErrors.length) {
      const reason = `${row.employeeId} has a row with this effectiveFrom on line ${earlier}`;
      rowErrors.push({ line, column: 'effectiveFrom', reason });
    }
    errors.push(...rowErrors);
    rows.push(row);
  }
  if (errors.length) return { ok: false, errors: errors.slice(0, ERRORS_KEPT), errorCount: errors.length };
  return { ok: true, rows, warnings: rows.length ? [] : ['the directory is empty: every actor is unknown'] };
}

function headerErrors(names: readonly string[]): DirectoryError[] {
  const missing = DIRECTORY_COLUMNS.filter((name) => !names.includes(name));
  const unnamed = names.flatMap((name, index) => (name === '' ? [index + 1] : []));
  const repeated = names.filter((name, index) => name !== '' && names.indexOf(name) !== index);
  return [
    ...missing.map((column) => ({ line: 1, column, reason: 'the column is missing' })),
    ...unnamed.map((place) => ({ line: 1, column: undefined, reason: `column ${place} has no name` })),
    ...repeated.map((column) => ({ line: 1, column, reason: 'the column is there twice' })),
  ];
}

function readRow(
  names: readonly string[],
  record: readonly CsvField[],
  zones: Map<string, boolean>,
): { readonly row: DirectoryRow; readonly errors: DirectoryError[] } {
  const errors: DirectoryError[] = [];
  const known = new Map<string, CsvField>();
  const extra: [string, string][] = [];
  for (const [index, field] of record.entries()) {
    const name = names[index] ?? '';
    if (isKnown(name)) known.set(name, field);
    else extra.push([name, field.text]);
  }
  const read = (column: KnownColumn, isValid: (text: string) => boolean, expected: string): string => {
    const field = known.get(column);
    const text = field?.text.trim() ?? '';
    if (!isValid(text)) {
      errors.push({
        line: field?.line ?? 0,
        column,
        reason: `${JSON.stringify(text.slice(0, 100))} is not ${expected}`,
      });
    }
    return text;
  };
  const employeeId = read(
    'employeeId',
    (text) => text.length > 0 && text.length <= 256,
    'an id of 1 to 256 characters',
  );
  const type = read('type', (text) => text === 'employee' || text === 'service', 'employee or service');
  const homeCountry = read(
    'homeCountry',
    isCountry,
    `an ISO 3166 alpha-2 country such as US${countryHint(known.get('homeCountry')?.text)}`,
  );
  const team = read('team', (text) => text.length > 0 && text.length <= 128, 'a team of 1 to 128 characters');
  const timeZone = read('timeZone', (text) => isTimeZone(text, zones), 'an IANA time zone such as Asia/Shanghai');
  const date = read('effectiveFrom', isDate, 'a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00Z');
  const row: DirectoryRow = {
    employeeId,
    type: type === 'service' ? 'service' : 'employee',
    homeCountry,
    team,
    timeZone,
    effectiveFrom: Date.parse(date),
    extra: Object.fromEntries(extra),
  };
  return { row, errors };
}

const isKnown = (name: string): name is KnownColumn => DIRECTORY_COLUMNS.some((column) => column === name);

/** A date begins at midnight UTC. Date.parse alone would take 30 February for 2 March, and a time without offset for local. */
const dateSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const isDate = (text: string): boolean => dateSchema.safeParse(text).success;

function isTimeZone(text: string, zones: Map<string, boolean>): boolean {
  let known = zones.get(text);
  if (known === undefined) {
    try {
      localClock(text);
      known = true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      known = false;
    }
    zones.set(text, known);
  }
  return known;
}
