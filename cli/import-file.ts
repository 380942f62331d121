import { parseArgs } from 'node:util';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { createDynamoReferenceStore } from '../shared/stores/dynamo-reference-store.ts';
import { type ReferenceStore, WriteConflict } from '../shared/stores/ports.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { awsFailure } from './aws-failure.ts';
import { readTextFile } from './read-text-file.ts';
import { resourceNameFor } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

/** A file, and the table in which what it says is to be in force. */
export interface ImportRequest {
  readonly file: string;
  readonly table: string;
  /** Whether what is in force may lose most of what it says. */
  readonly force: boolean;
}

/**
 * What the commands that import a file take: FILE, `--table NAME` or `--stage STAGE`, and `--force`.
 *
 * @param usage completes the sentence that says what is missing, such as `directory import takes one FILE.csv`
 * @throws UsageError
 */
export function readImportArguments(args: readonly string[], usage: string): ImportRequest | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      table: { type: 'string' },
      stage: { type: 'string' },
      force: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError(usage);
  return { file, table: resourceNameFor('directory', values.table, values.stage), force: values.force };
}

/** The text to import. @throws CommandFailure when it can't be read whole */
export function readImport(file: string): string {
  try {
    return readTextFile(file);
  } catch (cause) {
    throw new CommandFailure(`${cause instanceof Error ? cause.message : cause}; nothing was written`, { cause });
  }
}

/**
 * Puts what was imported in force.
 *
 * @param what such as `a directory` @param publish gives the name under which it is in force
 * @throws CommandFailure naming the table
 */
export async function putInForce(
  table: string,
  what: string,
  publish: (references: ReferenceStore, now: number) => Promise<string>,
): Promise<string> {
  const client = makeDynamoClient();
  try {
    return await publish(createDynamoReferenceStore({ call: callsThrough(client), tableName: table }), Date.now());
  } catch (error) {
    if (error instanceof WriteConflict)
      throw new CommandFailure(
        `table ${table} has ${what} from this moment or later: somebody else imports, or this clock is slow`,
        { cause: error },
      );
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  } finally {
    client.destroy();
  }
}
