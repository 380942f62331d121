/** From a moment on: who somebody is, where they sit and whom they work with. One row of the directory. */
export interface DirectoryRow {
  readonly employeeId: string;
  readonly type: 'employee' | 'service';
  /** ISO 3166 alpha-2. */
  readonly homeCountry: string;
  readonly team: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Epoch milliseconds. */
  readonly effectiveFrom: number;
  /** Columns beside the known ones (role, name, manager, endDate): kept for the alert's text, unused by the model. */
  readonly extra: Readonly<Record<string, string>>;
}

/** A row in force, and since when the person has been in its peer group. */
export interface DirectoryEntry extends DirectoryRow {
  /** Epoch milliseconds of the row with which the present team and country began; other changes don't restart it. */
  readonly since: number;
}

/** Everybody's rows, oldest first, by employee id. Built once and never changed. */
export type Directory = ReadonlyMap<string, readonly DirectoryEntry[]>;

/** A directory that knows nobody. */
export const EMPTY_DIRECTORY: Directory = new Map();

/**
 * Orders rows for look-up.
 *
 * @param rows in any order
 * @throws RangeError when an employee has two rows with the same `effectiveFrom`: which one holds would be chance
 */
export function buildDirectory(rows: readonly DirectoryRow[]): Directory {
  const directory = new Map<string, DirectoryEntry[]>();
  for (const row of [...rows].sort((a, b) => a.effectiveFrom - b.effectiveFrom)) {
    const entries = directory.get(row.employeeId) ?? [];
    directory.set(row.employeeId, entries);
    const previous = entries.at(-1);
    if (previous?.effectiveFrom === row.effectiveFrom) {
      throw new RangeError(`${row.employeeId} has two rows from ${new Date(row.effectiveFrom).toISOString()} on`);
    }
    const sameGroup = previous && previous.team === row.team && previous.homeCountry === row.homeCountry;
    entries.push({ ...row, since: sameGroup ? previous.since : row.effectiveFrom });
  }
  return directory;
}

/**
 * The row in force at a time: the latest one whose `effectiveFrom` is not after it.
 *
 * @param time epoch milliseconds of the event
 * @returns undefined for somebody the directory doesn't know, and before their first row: until then they are unknown too
 */
export function lookUpEmployee(directory: Directory, employeeId: string, time: number): DirectoryEntry | undefined {
  const entries = directory.get(employeeId);
  if (entries === undefined) return undefined;
  // From the newest on: people have few rows, and nearly every event falls into the last one.
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (entry !== undefined && entry.effectiveFrom <= time) return entry;
  }
  return undefined;
}
