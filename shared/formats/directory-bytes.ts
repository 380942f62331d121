import { hash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { DirectoryRow } from '../model/directory.ts';

export const DIRECTORY_SCHEMA_VERSION = 1;

/**
 * A directory as it is stored: JSON, deflated (zlib's own header, because gzip's names the operating system). The same rows
 * make the same bytes, in whatever order they come and whatever order their extra columns have.
 */
export function encodeDirectory(rows: readonly DirectoryRow[]): Uint8Array {
  const canonical = rows
    .map((row) => ({
      employeeId: row.employeeId,
      type: row.type,
      homeCountry: row.homeCountry,
      team: row.team,
      timeZone: row.timeZone,
      effectiveFrom: row.effectiveFrom,
      extra: Object.fromEntries(Object.entries(row.extra).sort(([a], [b]) => order(a, b))),
    }))
    .sort((a, b) => order(a.employeeId, b.employeeId) || a.effectiveFrom - b.effectiveFrom);
  const text = JSON.stringify({ schemaVersion: DIRECTORY_SCHEMA_VERSION, rows: canonical });
  return new Uint8Array(deflateSync(text, { level: 9 }));
}

/**
 * @returns the rows, ordered by employee and time
 * @throws Error when the bytes are damaged or of another version
 */
export function decodeDirectory(bytes: Uint8Array): readonly DirectoryRow[] {
  let stored: { readonly schemaVersion: number; readonly rows: readonly DirectoryRow[] };
  try {
    stored = JSON.parse(inflateSync(bytes).toString('utf8'));
  } catch (cause) {
    throw new Error('a stored directory is damaged', { cause });
  }
  if (stored.schemaVersion !== DIRECTORY_SCHEMA_VERSION) {
    throw new Error(`a stored directory has schemaVersion ${stored.schemaVersion}, not ${DIRECTORY_SCHEMA_VERSION}`);
  }
  return stored.rows;
}

/** The name of a directory generation: 128 bits of SHA-256 of what `encodeDirectory` wrote, so that a name never means two things. */
export const directoryGeneration = (bytes: Uint8Array): string => `directory#${hash('sha256', bytes).slice(0, 32)}`;

/** By UTF-16 code unit: the same everywhere, unlike an order by locale. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
