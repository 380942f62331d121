import { parseArgs } from 'node:util';
import { callCasework } from './call-casework.ts';
import type { Io } from './progress.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { UsageError } from './usage-error.ts';

const VERDICTS = ['confirmed', 'dismissed'] as const;

export const CASES_RESOLVE_HELP = `usage: borderwatch cases resolve CASE --verdict VERDICT --reason TEXT [--revision N] [--json] [--stage STAGE]

Gives a case its verdict, for good: what was held back is learned after all when it is dismissed, and never when it is confirmed.
Who asked, when and why is kept with the case for ever; nobody judges a case that concerns themselves.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --verdict VERDICT ${VERDICTS.join(' or ')}
  --reason TEXT     why; somebody will read it in a year
  --revision N      the revision that was looked at: refused where it is not the case's newest
  --json            one JSON object: the case afterwards
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure with the reason when it is refused */
export async function casesResolve(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(CASES_RESOLVE_HELP);
    return 0;
  }
  const { json, stage, ...asked } = request;
  const { alertId, verdict } = asked;
  const answer = await callCasework({ action: 'resolve', ...asked }, stage);
  io.stdout.write(json ? `${JSON.stringify(answer)}\n` : `case ${alertId} is ${verdict}\n`);
  return 0;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      verdict: { type: 'string' },
      reason: { type: 'string' },
      revision: { type: 'string' },
      json: { type: 'boolean', default: false },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [alertId, ...more] = positionals;
  if (alertId === undefined || more.length)
    throw new UsageError('cases resolve takes one CASE, such as cases list names');
  const verdict = VERDICTS.find((known) => known === values.verdict);
  if (!verdict) throw new UsageError(`cases resolve needs --verdict ${VERDICTS.join(' or ')}`);
  const reason = values.reason?.trim();
  if (!reason) throw new UsageError('cases resolve needs --reason: why it is so');
  const revision = values.revision === undefined ? undefined : Number(values.revision);
  if (revision !== undefined && !(Number.isInteger(revision) && revision > 0))
    throw new UsageError('--revision takes the number that the card shows');
  // The name is checked like every other, though here it only leads to the parameter with the function's address.
  resourceNameFor('casework', undefined, values.stage);
  return {
    alertId,
    verdict,
    reason,
    ...(revision !== undefined && { revision }),
    json: values.json,
    stage: values.stage,
  };
}
