import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CommandFailure } from './usage-error.ts';

/** Files of a folder that say something about records and hold none. */
const NO_RECORDS = new Set([
  ...['directory.csv', 'networks.json', 'resources.json', 'actors.json', 'settings.json'],
  // What simulated runs have beside their events.
  ...['hidden.ndjson', 'labels.ndjson', 'company.json', 'run.json'],
]);
/** What commands write beside their input. */
const WRITTEN = /\.(quarantine|unsent)\.ndjson$/;
const RECORDS = /\.(ndjson|jsonl?|csv|log)(\.\d+)?(\.gz)?$|\.gz$/i;
const EVENTS = ['events.ndjson', 'events.ndjson.gz'];

export interface SourceFiles {
  /** Ordered by path. */
  readonly files: readonly string[];
  /** Whether it is one file of accesses in the order in which they arrived. */
  readonly inOrderOfArrival: boolean;
}

/**
 * The files with records among what a user names: files as they are, folders with all that lies in them. A folder with an `events.ndjson`
 * holds a recorded stream, and that file alone is read.
 *
 * @param except files that are no input although they lie there: a command's own output
 * @throws CommandFailure naming what can't be read
 */
export function sourceFiles(paths: readonly string[], except: readonly string[] = []): SourceFiles {
  const skipped = new Set(except.map((path) => resolve(path)));
  let inOrderOfArrival = paths.length === 1;
  const files = paths.flatMap((path) => {
    if (!isFolder(path)) return [path];
    const events = EVENTS.map((name) => join(path, name)).find(existsSync);
    if (events) return [events];
    inOrderOfArrival = false;
    return recordFilesIn(path).filter((file) => !skipped.has(resolve(file)));
  });
  return { files, inOrderOfArrival };
}

/** Ordered by path, without regard to the machine's language. */
function recordFilesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => RECORDS.test(name) && !NO_RECORDS.has(basename(name)) && !WRITTEN.test(name))
    .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith('.')))
    .map((name) => join(folder, name))
    .filter((file) => !isFolder(file))
    .sort((a, b) => (a < b ? -1 : 1));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new CommandFailure(`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
