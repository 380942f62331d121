import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FORMAT_NAMES, FORMATS } from '../shared/formats/formats.ts';
import type { SourceContext, SourceFormat } from '../shared/formats/source-format.ts';
import { NO_ACTORS, parseActors } from '../shared/model/actors.ts';
import { NO_RESOURCES, parseResources } from '../shared/model/resources.ts';
import { readJson } from './read-text-file.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

/** What every command that reads source records can be told. */
export const SOURCE_OPTIONS = {
  format: { type: 'string' },
  resources: { type: 'string' },
  actors: { type: 'string' },
  unmapped: { type: 'string', default: 'not-concerned' },
} as const;

export const SOURCE_HELP = `  --format FORMAT   ${FORMAT_NAMES.join(', ')} (default: told by each record)
  --resources FILE  what buckets, tables and warehouses hold (default: resources.json in a FOLDER that is read, or none)
  --actors FILE     who goes by which name in which source (default: actors.json in a FOLDER that is read, or nobody)
  --unmapped WHAT   what an access to any other resource is: not-concerned (default) or unknown-region`;

interface SourceValues {
  readonly format?: string | undefined;
  readonly resources?: string | undefined;
  readonly actors?: string | undefined;
  readonly unmapped: string;
}

export interface SourceRequest {
  readonly context: SourceContext;
  readonly format: SourceFormat | undefined;
  /** The files that were read for it. */
  readonly contextFiles: readonly string[];
}

/**
 * @param folder where resources.json and actors.json are looked for, where the user names none
 * @throws UsageError when a value is none of those that can be
 * @throws CommandFailure naming the file and every thing that is wrong with it
 */
export function loadSourceContext(values: SourceValues, folder: string | undefined): SourceRequest {
  const format = FORMATS.find(({ name }) => name === values.format);
  if (values.format !== undefined && !format)
    throw new UsageError(`--format ${values.format}: not one of ${FORMAT_NAMES.join(', ')}`);
  const { unmapped } = values;
  if (unmapped !== 'not-concerned' && unmapped !== 'unknown-region')
    throw new UsageError(`--unmapped ${unmapped}: neither not-concerned nor unknown-region`);
  const fileOf = (named: string | undefined, name: string) =>
    named ?? (folder !== undefined && existsSync(join(folder, name)) ? join(folder, name) : undefined);
  const resources = fileOf(values.resources, 'resources.json');
  const actors = fileOf(values.actors, 'actors.json');
  return {
    context: {
      resources: resources === undefined ? NO_RESOURCES : loadResources(resources),
      actors: actors === undefined ? NO_ACTORS : loadActors(actors),
      unmapped,
    },
    format,
    contextFiles: [resources, actors].filter((file) => file !== undefined),
  };
}

function loadResources(file: string) {
  const result = parseResources(readJson(file));
  if (!result.ok) throw new CommandFailure(`${file}:\n${result.errors.map((error) => `  ${error}`).join('\n')}`);
  return result.resources;
}

function loadActors(file: string) {
  const result = parseActors(readJson(file));
  if (!result.ok) throw new CommandFailure(`${file}:\n${result.errors.map((error) => `  ${error}`).join('\n')}`);
  return result.actors;
}
