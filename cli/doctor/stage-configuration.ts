import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { CommandFailure } from '../usage-error.ts';

const emails = z.array(z.string());
/** Of a stage, what can be compared with a deployment. What else it may say is for synthesis to judge. */
const stagesSchema = z.record(
  z.string(),
  z.looseObject({
    alertEmails: emails,
    alarmEmails: emails.optional(),
    slackWebhookSecretArn: z.string().optional(),
    ingest: z
      .looseObject({
        cloudTrail: z.boolean().default(false),
        buckets: z.array(z.string()).default([]),
        url: z.string().default('none'),
      })
      .optional(),
    findingsEventBusArn: z.string().optional(),
    securityHub: z.boolean().default(false),
    sources: z.record(z.string(), z.unknown()).default({}),
  }),
);

/** Who should hear of what, and what brings alarms of its own, as the stages file says. */
export interface StageConfiguration {
  readonly alertEmails: readonly string[];
  readonly alarmEmails: readonly string[];
  readonly slackWebhookSecretArn: string | undefined;
  /** @default - nothing is taken in for sources */
  readonly ingest:
    | { readonly cloudTrail: boolean; readonly buckets: readonly string[]; readonly url: string }
    | undefined;
  /** Whether alerts are handed on as findings. */
  readonly findings: boolean;
  /** Names of the sources that are watched one by one. */
  readonly sources: readonly string[];
}

/** The file that a stack is deployed from, beside this program. */
export const STAGES_FILE = fileURLToPath(new URL('../../infra/stages.json', import.meta.url));

/**
 * What the stages file says of a stage.
 *
 * @returns undefined when there is no such file, or it doesn't have the stage: it may have been deployed from another machine
 * @throws CommandFailure when the file can't be understood
 */
export function readStageConfiguration(file: string, stage: string): StageConfiguration | undefined {
  if (!existsSync(file)) return undefined;
  const stages = stagesSchema.safeParse(parseJson(file));
  if (!stages.success) throw new CommandFailure(`${file} is no file of stages: npx cdk synth says why`);
  if (!Object.hasOwn(stages.data, stage)) return undefined;
  const found = stages.data[stage];
  return (
    found && {
      alertEmails: found.alertEmails,
      alarmEmails: found.alarmEmails ?? found.alertEmails,
      slackWebhookSecretArn: found.slackWebhookSecretArn,
      ingest: found.ingest,
      findings: found.securityHub || found.findingsEventBusArn !== undefined,
      sources: Object.keys(found.sources),
    }
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CommandFailure(`${file} can't be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
