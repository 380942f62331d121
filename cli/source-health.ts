import { parseArgs } from 'node:util';
import { makeDynamoClient } from '../shared/stores/clients.ts';
import { createDynamoSourceDayStore } from '../shared/stores/dynamo-source-day-store.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { awsFailure } from './aws-failure.ts';
import type { Io } from './progress.ts';
import { HEALTH_DAYS, sourceHealthTable } from './source-health-table.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { UsageError } from './usage-error.ts';

export const SOURCE_HEALTH_HELP = `usage: borderwatch source-health [--table NAME] [--stage STAGE]

Says what each source of a deployment sends and usually does, by country, how late, and what it leaves unsaid.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --table NAME      of the baselines (default: baselines, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 the table can't be read, 2 wrong usage.
`;

const DAY_MS = 86_400_000;

/** @param now epoch milliseconds @returns the exit code @throws CommandFailure when the table can't be read */
export async function sourceHealth(args: readonly string[], io: Io, now: () => number = Date.now): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { table: { type: 'string' }, stage: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.stdout.write(SOURCE_HEALTH_HELP);
    return 0;
  }
  if (positionals.length) throw new UsageError('source-health takes no arguments; sources reads files');
  const tableName = resourceNameFor('baselines', values.table, values.stage);
  const client = makeDynamoClient();
  try {
    const today = Math.floor(now() / DAY_MS);
    const days = await createDynamoSourceDayStore({ call: callsThrough(client), tableName }).ofDays(
      today - HEALTH_DAYS,
      today + 1,
    );
    io.stdout.write(days.length ? `${sourceHealthTable(days, now()).join('\n')}\n` : 'nothing came from any source\n');
    return 0;
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${tableName}`);
  } finally {
    client.destroy();
  }
}
