import { parseArgs } from 'node:util';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Directory } from '../shared/model/directory.ts';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { publishedDirectory } from '../shared/stores/directory-value.ts';
import { createDynamoBaselineStore } from '../shared/stores/dynamo-baseline-store.ts';
import { createDynamoReferenceStore } from '../shared/stores/dynamo-reference-store.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { awsFailure } from './aws-failure.ts';
import { baselineReport } from './baseline-report.ts';
import { knownNames } from './known-names.ts';
import type { Io } from './progress.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const BASELINE_SHOW_HELP = `usage: borderwatch baseline show ACTOR [--events FILE] [--table NAME] [--directory NAME] [--stage STAGE]

Shows what is known of one actor: what is usual for them, their last five weeks and their hours of the day.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --events FILE     NDJSON of accesses, to name data sets, stores, actions and devices: the table holds only hashes of them
  --table NAME      (default: baselines, as in the local stack)
  --directory NAME  the table of the directory, which names groups and time zones (default: directory)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 nothing is known of the actor, or the table or FILE can't be read whole, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure naming what is missing */
export async function baselineShow(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(BASELINE_SHOW_HELP);
    return 0;
  }
  const { actorId, table } = request;
  const client = makeDynamoClient();
  try {
    const baseline = await loadBaseline(client, table, actorId);
    if (!baseline) throw new CommandFailure(`${actorId}: nothing is known of this actor in table ${table}`);
    const directory = await loadDirectory(client, request.directoryTable, (reason) =>
      io.stderr.write(`groups and time zone are not named: ${reason}\n`),
    );
    let cutOff = false;
    const names = await knownNames(actorId, directory, baseline.updatedAt, request.events, ({ message }) => {
      cutOff = true;
      io.stderr.write(`${message}; what is named only after it is not named here\n`);
    });
    io.stdout.write(baselineReport(actorId, baseline, names));
    return cutOff ? 1 : 0;
  } finally {
    client.destroy();
  }
}

async function loadBaseline(client: DynamoDBClient, table: string, actorId: string) {
  try {
    return (await createDynamoBaselineStore({ call: callsThrough(client), tableName: table }).load([actorId])).get(
      actorId,
    );
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  }
}

/** Without it a baseline is shown all the same, with hashes for names. */
async function loadDirectory(
  client: DynamoDBClient,
  tableName: string,
  onMissing: (reason: string) => void,
): Promise<Directory | undefined> {
  const references = createDynamoReferenceStore({ call: callsThrough(client), tableName });
  try {
    const newest = await references.newest('directory', Number.MAX_SAFE_INTEGER);
    if (newest) return await publishedDirectory(references, newest.name);
    onMissing(`no directory was imported into table ${tableName}`);
  } catch (error) {
    const failure = awsFailure(error, 'DYNAMODB', `table ${tableName}`);
    if (!(failure instanceof CommandFailure)) throw failure;
    onMissing(failure.message);
  }
  return undefined;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      events: { type: 'string' },
      table: { type: 'string' },
      directory: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [actorId, ...more] = positionals;
  if (actorId === undefined || more.length > 0) throw new UsageError('baseline show takes one ACTOR');
  return {
    actorId,
    events: values.events,
    table: resourceNameFor('baselines', values.table, values.stage),
    directoryTable: resourceNameFor('directory', values.directory, values.stage),
  };
}
