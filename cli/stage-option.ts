import { resourceName, settingsPath } from '../infra/resource-names.ts';
import { UsageError } from './usage-error.ts';

/** What `--help` of every command that talks to a deployment says of it. */
export const STAGE_HELP = `  --stage STAGE     use a deployment's names (borderwatch-STAGE-…) instead of those of the local stack`;

/**
 * The name of a resource: as the user gave it, or as the stage has it, or as the local stack has it.
 *
 * @param part such as `baselines`
 * @throws UsageError when the stage can't be one
 */
export function resourceNameFor(part: string, name: string | undefined, stage: string | undefined): string {
  if (name !== undefined) return name;
  if (stage === undefined) return part;
  return resourceName(checkedStage(stage), part);
}

/** The same for commands that talk to Parameter Store. */
export const SETTINGS_STAGE_HELP = `  --stage STAGE     use a deployment's settings instead of those of the local stack`;

/** Where settings lie: a deployment's, or the local stack's. @throws UsageError when the stage can't be one */
export const settingsPathFor = (stage: string | undefined): string => settingsPath(checkedStage(stage ?? 'local'));

function checkedStage(stage: string): string {
  if (!/^[a-z][a-z0-9-]{0,11}$/.test(stage))
    throw new UsageError(`--stage ${stage}: not the name of a stage, such as prod`);
  return stage;
}
