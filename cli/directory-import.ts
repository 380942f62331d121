import { type DirectoryError, parseDirectoryCsv } from '../shared/formats/directory-csv.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { publishDirectory } from '../shared/stores/publish-inputs.ts';
import { putInForce, readImportArguments, readTextFile } from './import-file.ts';
import type { Io } from './progress.ts';
import { STAGE_HELP } from './stage-option.ts';
import { CommandFailure } from './usage-error.ts';

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
  const request = readImportArguments(args, 'directory import takes one FILE.csv');
  if (request === 'help') {
    io.stdout.write(DIRECTORY_IMPORT_HELP);
    return 0;
  }
  const { file, table } = request;
  const result = parseDirectoryCsv(readTextFile(file));
  if (!result.ok) {
    for (const error of result.errors) io.stderr.write(`${file}: ${cleanLine(sentence(error), ERROR_CHARACTERS)}\n`);
    const unnamed = result.errorCount - result.errors.length;
    throw new CommandFailure(
      `${file}: ${result.errorCount} errors${unnamed ? `, ${unnamed} of them not shown` : ''}; nothing was written`,
    );
  }
  for (const warning of result.warnings) io.stderr.write(`warning: ${file}: ${warning}\n`);
  const name = await putInForce(table, 'a directory', (references, now) =>
    publishDirectory(references, result.rows, now),
  );
  const people = new Set(result.rows.map(({ employeeId }) => employeeId)).size;
  io.stdout.write(`${result.rows.length} rows about ${people} people are in force in table ${table} as ${name}\n`);
  return 0;
}

const sentence = ({ line, column, reason }: DirectoryError) =>
  `line ${line}${column === undefined ? '' : `, column ${column}`}: ${reason}`;
