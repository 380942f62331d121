import { decodeDirectory } from '../shared/formats/directory-bytes.ts';
import { type DirectoryError, parseDirectoryCsv } from '../shared/formats/directory-csv.ts';
import type { DirectoryRow } from '../shared/model/directory.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import type { ReferenceStore } from '../shared/stores/ports.ts';
import { publishDirectory } from '../shared/stores/publish-inputs.ts';
import { referenceValue } from '../shared/stores/reference-value.ts';
import { putInForce, readImport, readImportArguments } from './import-file.ts';
import type { Io } from './progress.ts';
import { STAGE_HELP } from './stage-option.ts';
import { CommandFailure } from './usage-error.ts';

export const DIRECTORY_IMPORT_HELP = `usage: borderwatch directory import FILE.csv [--force] [--table NAME | --stage STAGE]

Puts a directory in force that says who sits where: employeeId,type,homeCountry,team,timeZone,effectiveFrom and any other columns.
The file is checked whole before anything is written; what was in force before stays until the next fold names the new one.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --force           also put in force what has no rows, or lacks more than half of the people in force
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
  const { file, table, force } = request;
  const result = parseDirectoryCsv(readImport(file));
  if (!result.ok) {
    for (const error of result.errors) io.stderr.write(`${file}: ${cleanLine(sentence(error), ERROR_CHARACTERS)}\n`);
    const unnamed = result.errorCount - result.errors.length;
    throw new CommandFailure(
      `${file}: ${result.errorCount} errors${unnamed ? `, ${unnamed} of them not shown` : ''}; nothing was written`,
    );
  }
  for (const warning of result.warnings) io.stderr.write(`warning: ${file}: ${warning}\n`);
  const people = peopleIn(result.rows);
  const name = await putInForce(table, 'a directory', async (references, now) => {
    if (!force) refuseLoss(file, people, await peopleInForce(references));
    return publishDirectory(references, result.rows, now);
  });
  io.stdout.write(`${result.rows.length} rows about ${people.size} people are in force in table ${table} as ${name}\n`);
  return 0;
}

const peopleIn = (rows: readonly DirectoryRow[]): ReadonlySet<string> =>
  new Set(rows.map(({ employeeId }) => employeeId));

/** @throws CommandFailure when it is damaged or of another version: then nobody can say what would be lost */
async function peopleInForce(references: ReferenceStore): Promise<ReadonlySet<string>> {
  const newest = await references.newest('directory', Number.MAX_SAFE_INTEGER);
  if (!newest) return new Set();
  const bytes = await referenceValue(references, newest.name);
  try {
    return peopleIn(decodeDirectory(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new CommandFailure(
      `who is in force is not known: ${why}; nothing was written. --force puts the file in its place`,
      {
        cause,
      },
    );
  }
}

/** An export that failed is short or empty. @throws CommandFailure when it would make most people unknown */
function refuseLoss(file: string, people: ReadonlySet<string>, inForce: ReadonlySet<string>): void {
  const kept = [...inForce].filter((id) => people.has(id)).length;
  if (people.size > 0 && kept >= inForce.size / 2) return;
  const effect =
    people.size === 0
      ? 'there is nobody in it: everybody would be unknown'
      : `it lacks ${inForce.size - kept} of the ${inForce.size} people in force: they would be unknown`;
  throw new CommandFailure(`${file}: ${effect}; nothing was written. If that is meant, say --force`);
}

const sentence = ({ line, column, reason }: DirectoryError) =>
  `line ${line}${column === undefined ? '' : `, column ${column}`}: ${reason}`;
