import { parseArgs } from 'node:util';
import { CASE_STATES } from '../shared/model/case.ts';
import type { Case, CaseStore } from '../shared/stores/ports.ts';
import { casesTable } from './case-lines.ts';
import { withCases } from './cases-table.ts';
import type { Io } from './progress.ts';
import { STAGE_HELP } from './stage-option.ts';
import { UsageError } from './usage-error.ts';

const STATES = [...CASE_STATES, 'all'] as const;

export const CASES_LIST_HELP = `usage: borderwatch cases list [--state STATE] [--json] [--table NAME] [--stage STAGE]

Lists cases, the oldest first: one line each.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --state STATE     ${STATES.join(', ')} (default: open); all but open read the whole table
  --json            one JSON object a line: the whole case
  --table NAME      (default: cases, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 the table can't be read, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure when the table can't be read */
export async function casesList(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(CASES_LIST_HELP);
    return 0;
  }
  const cases = await withCases(request, (store) => casesIn(store, request.state));
  if (request.json) for (const found of cases) io.stdout.write(`${JSON.stringify(found)}\n`);
  else
    io.stdout.write(
      cases.length ? casesTable(cases) : `no ${request.state === 'all' ? '' : `${request.state} `}cases\n`,
    );
  return 0;
}

async function casesIn(store: CaseStore, state: (typeof STATES)[number]): Promise<readonly Case[]> {
  if (state === 'open') return store.open();
  const cases: Case[] = [];
  for await (const found of store.scan()) if (state === 'all' || found.state === state) cases.push(found);
  return cases.sort((a, b) => a.openedAt - b.openedAt);
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string', default: 'open' },
      json: { type: 'boolean', default: false },
      table: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  if (positionals.length) throw new UsageError('cases list takes no arguments; cases show shows one case');
  const state = STATES.find((known) => known === values.state);
  if (!state) throw new UsageError(`--state ${values.state}: not one of ${STATES.join(', ')}`);
  return { ...values, state };
}
