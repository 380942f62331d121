import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type DirectoryError, parseDirectoryCsv } from '../shared/formats/directory-csv.ts';
import type { DirectoryRow } from '../shared/model/directory.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { createDynamoReferenceStore } from '../shared/stores/dynamo-reference-store.ts';
import { WriteConflict } from '../shared/stores/ports.ts';
import { publishDirectory } from '../shared/stores/publish-inputs.ts';
import { awsFailure } from './aws-failure.ts';
import type { Io } from './progress.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const DIRECTORY_IMPORT_HELP = `usage: borderwatch directory import FILE.csv [--table NAME | --stage STAGE]

Puts a directory in force that says who sits where: employeeId,type,homeCountry,team,timeZone,effectiveFrom and any other columns.
The file is checked whole before anything is written; what was in force before stays until the next fold names the new one.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --table NAME      (default: directory, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 the file or the table can't be used and nothing was written, 2 wrong usage.
`;

/** A reason may quote a field. */
const ERROR_CHARACTERS = 500;

/** @returns the exit code @throws CommandFailure naming the file or the table */
export async function directoryImport(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(DIRECTORY_IMPORT_HELP);
    return 0;
  }
  const { file, table } = request;
  const result = parseDirectoryCsv(readText(file));
  if (!result.ok) {
    for (const error of result.errors) io.stderr.write(`${file}: ${cleanLine(sentence(error), ERROR_CHARACTERS)}\n`);
    const unnamed = result.errorCount - result.errors.length;
    throw new CommandFailure(
      `${file}: ${result.errorCount} errors${unnamed ? `, ${unnamed} of them not shown` : ''}; nothing was written`,
    );
  }
  for (const warning of result.warnings) io.stderr.write(`warning: ${file}: ${warning}\n`);
  const name = await publish(result.rows, table);
  const people = new Set(result.rows.map(({ employeeId }) => employeeId)).size;
  io.stdout.write(`${result.rows.length} rows about ${people} people are in force in table ${table} as ${name}\n`);
  return 0;
}

const sentence = ({ line, column, reason }: DirectoryError) =>
  `line ${line}${column === undefined ? '' : `, column ${column}`}: ${reason}`;

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new CommandFailure(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  // Names would be imported with replacement characters, and nobody would notice.
  if (!isUtf8(bytes)) throw new CommandFailure(`${file}: not UTF-8; nothing was written`);
  return bytes.toString('utf8');
}

async function publish(rows: readonly DirectoryRow[], table: string): Promise<string> {
  const client = makeDynamoClient();
  try {
    return await publishDirectory(createDynamoReferenceStore({ client, tableName: table }), rows, Date.now());
  } catch (error) {
    if (error instanceof WriteConflict)
      throw new CommandFailure(
        `table ${table} has a directory from this moment or later: somebody else imports, or this clock is slow`,
        { cause: error },
      );
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  } finally {
    client.destroy();
  }
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      table: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('directory import takes one FILE.csv');
  return { file, table: resourceNameFor('directory', values.table, values.stage) };
}
