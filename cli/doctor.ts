import { parseArgs } from 'node:util';
import { type Check, canBeAsked, type Finding, SKIPPED } from './doctor/check.ts';
import { deploymentNames } from './doctor/deployment-names.ts';
import { detectionChecks } from './doctor/detection-checks.ts';
import { operationChecks } from './doctor/operation-checks.ts';
import { readStageConfiguration, STAGES_FILE } from './doctor/stage-configuration.ts';
import { tellingChecks } from './doctor/telling-checks.ts';
import type { Io } from './progress.ts';
import { STAGE_HELP } from './stage-option.ts';
import { UsageError } from './usage-error.ts';

export const DOCTOR_HELP = `usage: borderwatch doctor [--stage STAGE]

Looks whether a deployment would notice and tell: one line a check, and what to do where something is wrong.
Where AWS is and who you are come from the AWS SDK's own environment variables; nothing is changed.

${STAGE_HELP}
  --help            this text

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage.
`;

const MARKS: { readonly [state in Finding['state']]: string } = {
  ok: 'ok     ',
  note: 'note   ',
  wrong: 'WRONG  ',
  skipped: 'skipped',
};

/** @returns the exit code */
export async function doctor(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { stage: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    io.stdout.write(DOCTOR_HELP);
    return 0;
  }
  if (positionals.length > 0) throw new UsageError(`doctor takes no ${positionals[0]}`);
  const names = deploymentNames(values.stage);
  const now = Date.now();
  const wanted = values.stage === undefined ? undefined : readStageConfiguration(STAGES_FILE, values.stage);
  const checks = [...detectionChecks(names, now), ...tellingChecks(names, wanted), ...operationChecks(names, wanted)];
  let wrong = 0;
  // One after the other: the lines come in the order in which an access flows, and a slow service is seen to be slow.
  for (const check of checks) {
    const finding = await examine(check);
    io.stdout.write(`${MARKS[finding.state]} ${check.name}: ${finding.says}\n`);
    if ('remedy' in finding) io.stdout.write(`        do: ${finding.remedy}\n`);
    if (finding.state === 'wrong') wrong++;
  }
  io.stdout.write(wrong === 0 ? 'nothing is wrong\n' : `${wrong} of ${checks.length} checks found something wrong\n`);
  return wrong === 0 ? 0 : 1;
}

/** A check that can't be made is a finding: whoever asks may lack a permission, or the thing is not there. */
async function examine({ service, run }: Check): Promise<Finding> {
  if (!canBeAsked(service, process.env)) return SKIPPED;
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
    return {
      state: 'wrong',
      says: `could not be looked at: ${why.split('\n')[0]}`,
      remedy: 'see that the stage is deployed in this region, and that you may read it',
    };
  }
}
