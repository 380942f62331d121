import { networksSchema, parseNetworks } from '../shared/model/networks.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { publishNetworks } from '../shared/stores/publish-inputs.ts';
import { putInForce, readImport, readImportArguments } from './import-file.ts';
import type { Io } from './progress.ts';
import { STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const NETWORKS_IMPORT_HELP = `usage: borderwatch networks import FILE.json [--table NAME | --stage STAGE]

Puts the company's networks in force: which blocks of addresses are VPN exits, offices or cloud, and in which country.
The file is a list of {"cidr", "label", "kind", "country"}; it replaces the list before it, and an empty one says that there are none.
It is checked whole before anything is written; what was in force before stays until the next fold names the new list.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --table NAME      (default: directory, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 the file or the table can't be used and nothing was written, 2 wrong usage.
`;

/** A wrong entry may quote what it holds, and there may be one for each line. */
const ERROR_CHARACTERS = 500;
const ERRORS_SHOWN = 100;

/** @returns the exit code @throws CommandFailure naming the file or the table */
export async function networksImport(args: readonly string[], io: Io): Promise<number> {
  const request = readImportArguments(args, 'networks import takes one FILE.json');
  if (request === 'help') {
    io.stdout.write(NETWORKS_IMPORT_HELP);
    return 0;
  }
  const { file, table, force } = request;
  if (force) throw new UsageError('networks import takes no --force: a list of any length is taken');
  const value = parseJson(file, readImport(file));
  const result = parseNetworks(value);
  if (!result.ok) {
    for (const error of result.errors.slice(0, ERRORS_SHOWN))
      io.stderr.write(`${file}: ${cleanLine(error, ERROR_CHARACTERS)}\n`);
    const unnamed = Math.max(0, result.errors.length - ERRORS_SHOWN);
    throw new CommandFailure(
      `${file}: ${result.errors.length} errors${unnamed ? `, ${unnamed} of them not shown` : ''}; nothing was written`,
    );
  }
  const networks = networksSchema.parse(value);
  const name = await putInForce(table, 'networks', (references, now) => publishNetworks(references, networks, now));
  io.stdout.write(`${networks.length} networks are in force in table ${table} as ${name}\n`);
  return 0;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandFailure(`${file}: not JSON; nothing was written`, { cause });
  }
}
