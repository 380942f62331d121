import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { CommandFailure } from './usage-error.ts';

/** Files of a folder that say something about records and hold none. */
const NO_RECORDS = new Set([
  ...['directory.csv', 'networks.json', 'resources.json', 'actors.json', 'settings.json'],
  // What simulated runs have beside their events.
  ...['hidden.ndjson', 'labels.ndjson', 'company.json', 'run.json'],
]);
/** What commands write beside their input; a replay that was killed leaves its folder `….in-order` too. */
const WRITTEN = /\.(quarantine|unsent)\.ndjson$/;
/** Rotated logs have a number or a time behind (RDS: postgresql.log.2026-11-23-10). */
const RECORDS = /\.(ndjson|jsonl?|csv|log)(\.\d[\d-]*)?(\.gz)?$|\.gz$/i;
const EVENTS = ['events.ndjson', 'events.ndjson.gz'];

export interface SourceFiles {
  /** Ordered by path. */
  readonly files: readonly string[];
  /** What else lies in the folders and isn't named as files of records are. */
  readonly passedOver: readonly string[];
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
  const passedOver: string[] = [];
  let inOrderOfArrival = paths.length === 1;
  const files = paths.flatMap((path) => {
    if (!isFolder(path)) return [path];
    const events = EVENTS.map((name) => join(path, name)).find(existsSync);
    if (events) return [events];
    inOrderOfArrival = false;
    const found = filesIn(path).filter((file) => !skipped.has(resolve(file)));
    passedOver.push(...found.filter((file) => !RECORDS.test(file)));
    return found.filter((file) => RECORDS.test(file));
  });
  return { files, passedOver, inOrderOfArrival };
}

const NAMED = 5;

/** @returns what people are told of files that were passed over; nothing where there are none */
export function passedOverText(files: readonly string[]): string {
  if (files.length === 0) return '';
  const named = files
    .slice(0, NAMED)
    .map((file) => cleanLine(file))
    .join(', ');
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  return `warning: not read, as not named like files of records: ${named}${more}\n`;
}

/** What could be there to be read, ordered by path, without regard to the machine's language. */
function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => !NO_RECORDS.has(basename(name)) && !WRITTEN.test(name))
    .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith('.') || part.endsWith('.in-order')))
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
