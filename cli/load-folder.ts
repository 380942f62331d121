import { createSecretKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseDirectoryCsv } from '../shared/formats/directory-csv.ts';
import { buildDirectory } from '../shared/model/directory.ts';
import { NO_NETWORKS, parseNetworks } from '../shared/model/networks.ts';
import { parseSettings, SETTING_DEFINITIONS, type Settings } from '../shared/model/settings.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { loadAddressTable } from '../shared/stores/address-table.ts';
import { packagedAddressFile } from '../shared/stores/packaged-address-file.ts';
import { readJson, readTextFile } from './read-text-file.ts';
import { CommandFailure } from './usage-error.ts';

/** Replay knows subjects under this key, so that two backtests of the same file can be compared. A deployment has its own. */
export const REPLAY_SUBJECT_KEY = 'borderwatch replay: this key protects nothing';

export const replaySubjectKey = () => createSecretKey(Buffer.from(REPLAY_SUBJECT_KEY));

/** What is said about an input that is allowed and odd. */
export type Warn = (message: string) => void;

/** @throws CommandFailure naming the file and what is wrong with it */
export function loadContext(folder: string, settings: Settings, warn: Warn): EnrichmentContext {
  const directoryFile = join(folder, 'directory.csv');
  const networksFile = join(folder, 'networks.json');
  return {
    directory: loadDirectory(directoryFile, warn),
    networks: existsSync(networksFile) ? loadNetworks(networksFile) : NO_NETWORKS,
    addressCountry: loadAddressTable(packagedAddressFile()),
    settings,
    subjectKey: replaySubjectKey(),
  };
}

function loadDirectory(file: string, warn: Warn) {
  const result = parseDirectoryCsv(readTextFile(file));
  if (!result.ok) {
    const [first] = result.errors;
    const where = first?.column === undefined ? '' : `, column ${first.column}`;
    throw new CommandFailure(`${file}: line ${first?.line}${where}: ${first?.reason} (${result.errorCount} in all)`);
  }
  for (const warning of result.warnings) warn(`${file}: ${warning}`);
  return buildDirectory(result.rows);
}

function loadNetworks(file: string) {
  const result = parseNetworks(readJson(file));
  if (!result.ok) throw new CommandFailure(`${file}: ${result.errors[0]} (${result.errors.length} in all)`);
  return result.networks;
}

/**
 * Reads a settings file: one JSON object, the parameters' names with their texts (numbers and booleans are taken as text).
 *
 * @throws CommandFailure naming the file, the setting and the reason
 */
export function loadSettings(file: string | undefined): Settings {
  const value = file === undefined ? {} : readJson(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandFailure(`${file}: not a JSON object of settings`);
  const texts = Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
  const { settings, errors } = parseSettings(texts);
  const [error] = errors;
  if (!error) return settings;
  const known = SETTING_DEFINITIONS.some(({ name }) => name === error.name);
  throw new CommandFailure(`${file}: ${error.name} = ${error.value}: ${known ? error.reason : 'no such setting'}`);
}
