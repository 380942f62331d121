import { readFileSync } from 'node:fs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { parseSettings } from '../shared/model/settings.ts';

/** A value in the stages file that can't be deployed; the message has one sentence for each, naming it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const emails = z
  .array(z.email('an email address'), 'a list of email addresses')
  .refine((list) => new Set(list).size === list.length, 'a list without repetitions');
const wholeNumber = (from: number, to: number, unit: string) => {
  const wanted = `a whole number of ${unit} from ${from} to ${to}`;
  return z.int(wanted).min(from, wanted).max(to, wanted);
};
const logRetentions = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const anArn = 'the ARN of an IAM role, such as arn:aws:iam::111122223333:role/security';

const aRegion = 'a commercial AWS region such as us-east-1';
const aSecret = 'the complete ARN of a secret';
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;
/** What CloudWatch takes as a dimension, and an alarm's name as a part. */
const SOURCE_NAME = /^[\w.-]{1,64}$/;
const aBucket = 'the name of a bucket';
const aCaseUrl =
  'an https address with {case} where the id of the case belongs, such as https://cases.example.com/{case}';
/** Never in the host: what fills it in must not choose who is asked. */
const CASE_URL = /^https:\/\/[\w.-]+(:\d+)?\/[^\s{}]*(\{case\}[^\s{}]*)+$/;
/** Two ARNs each, of names of up to 63 characters, in a managed policy of at most 6,144. */
const MAXIMUM_BUCKETS = 20;

/** `canary` has them in its environment; all variables of a function have 4 KB together (Lambda quotas). */
const MAXIMUM_ADDRESS_CHARACTERS = 3000;

const stageSchema = z.strictObject(
  {
    /** Refuses a deployment with another account's credentials. @default - whichever account the credentials are for */
    account: z
      .string('twelve digits')
      .regex(/^\d{12}$/, 'twelve digits')
      .optional(),
    /**
     * One of the partition `aws`: GovCloud has no function URLs, and services of the other partitions go by other host names.
     * https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html
     */
    region: z.string(aRegion).regex(/^(?!cn-)[a-z]{2}-[a-z]+-\d$/, aRegion),
    /** Who is told of alerts. */
    alertEmails: emails.refine(
      (list) => list.join(',').length <= MAXIMUM_ADDRESS_CHARACTERS,
      `a list of at most ${MAXIMUM_ADDRESS_CHARACTERS} characters, as many as fit into the environment of a function`,
    ),
    /** Who is told that the detector itself is in trouble. @default - those who are told of alerts */
    alarmEmails: emails.optional(),
    /** Complete ARN of the secret that holds a Slack webhook's address. @default - nothing is posted to Slack */
    slackWebhookSecretArn: z.string(aSecret).regex(SECRET_ARN, aSecret).optional(),
    /** Address of a case's page, behind a login, with `{case}` for its id. @default - messages in Slack have no button */
    caseUrl: z.string(aCaseUrl).max(2000, aCaseUrl).regex(CASE_URL, aCaseUrl).optional(),
    /** What is taken in for sources that can't write to the stream themselves. @default - nothing */
    ingest: z
      .strictObject(
        {
          /** Data events of S3 and DynamoDB that a trail logs, by way of EventBridge. */
          cloudTrail: z.boolean('true or false').default(false),
          /** Buckets of this account that send their notifications to the queue `borderwatch-<stage>-ingest-objects`. */
          buckets: z
            .array(z.string(aBucket).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, aBucket), 'a list of buckets')
            .max(
              MAXIMUM_BUCKETS,
              `a list of at most ${MAXIMUM_BUCKETS} buckets, as many as fit into the policy of a role`,
            )
            .default([]),
          /** What an access is to a resource that `reference/resources.json` in the evidence bucket doesn't name. */
          unmapped: z
            .enum(['not-concerned', 'unknown-region'], '"not-concerned" or "unknown-region"')
            .default('not-concerned'),
          /** An address for requests, of a function of its own: for whom IAM lets in, or for webhooks that sign with a secret. */
          url: z.enum(['none', 'iam', 'webhook'], '"none", "iam" or "webhook"').default('none'),
          /** Complete ARN of the secret that webhooks sign with; `"url": "webhook"` needs it. */
          webhookSecretArn: z.string(aSecret).regex(SECRET_ARN, aSecret).optional(),
        },
        'an object such as { "cloudTrail": true }',
      )
      .refine(({ url, webhookSecretArn }) => (url === 'webhook') === (webhookSecretArn !== undefined), {
        error: 'an object whose "url" is "webhook" if, and only if, it has a "webhookSecretArn"',
      })
      .optional(),
    /**
     * Event bus that gets each alert as an OCSF Detection Finding, for a SIEM. It may be another account's, where its policy lets this one
     * send. @default - nothing is put on a bus
     */
    findingsEventBusArn: z
      .string('the ARN of an event bus')
      .regex(/^arn:aws[a-z-]*:events:[\w-]+:\d{12}:event-bus\/[\w./-]+$/, 'the ARN of an event bus')
      .optional(),
    /** Whether alerts become findings of AWS Security Hub CSPM, which has to be on in the account. */
    securityHub: z.boolean('true or false').default(false),
    /** @default - on demand: grows with the traffic, nothing to plan */
    stream: z
      .discriminatedUnion(
        'mode',
        [
          z.strictObject({ mode: z.literal('on-demand') }),
          z.strictObject({ mode: z.literal('provisioned'), shards: wholeNumber(1, 500, 'shards') }),
        ],
        '{ "mode": "on-demand" } or { "mode": "provisioned", "shards": 2 }',
      )
      .default({ mode: 'on-demand' }),
    /** How long every access event is kept for backtests. */
    archiveDays: wholeNumber(1, 3650, 'days').default(35),
    logRetentionDays: z
      .literal(logRetentions, `one of ${logRetentions.join(', ')}`)
      .default(RetentionDays.THREE_MONTHS),
    /** After this long without a single event the alarm "No events at all" rings. */
    quietStreamHours: wholeNumber(1, 24, 'hours').default(1),
    /**
     * Sources that are watched one by one, by the `source` of their events: after so many quiet hours the alarm "A source is silent"
     * rings. @default - none; country by country, `assess` watches without it
     */
    sources: z
      .record(
        z.string().regex(SOURCE_NAME, 'a name of up to 64 letters, digits, dots, dashes and underscores'),
        z.strictObject({ quietHours: wholeNumber(1, 24, 'hours').default(1) }, 'an object such as { "quietHours": 3 }'),
        'sources by name, such as { "cloudtrail": { "quietHours": 3 } }',
      )
      .default({}),
    /** What becomes of tables, buckets, stream and keys when the stack is deleted. */
    removalPolicy: z.enum(['retain', 'destroy'], '"retain" or "destroy"').default('retain'),
    /** IAM roles, beside the stack's own, that may write the tables, the evidence bucket and the generated keys. */
    writerRoleArns: z
      .array(z.string(anArn).regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, anArn), `a list with ${anArn}`)
      .default([]),
    /**
     * Whether people whom the directory doesn't know may judge cases. Nobody may judge a case about themselves, and of a stranger
     * that can't be told. @default - they may not
     */
    outsideAnalysts: z.boolean('true or false').default(false),
    /** Where alarms send the reader. @default - the file in the repository */
    runbookUrl: z.string('an address or a path').min(1, 'an address or a path').default('docs/runbook.md'),
    /** What Parameter Store holds at first, where it isn't the default: texts by setting, such as `"alerts-per-day": "0.5"`. */
    settings: z.record(z.string(), z.string('a text, as Parameter Store holds it'), 'texts by setting').default({}),
  },
  'an object',
);

type StageFields = Readonly<z.output<typeof stageSchema>>;

/** One deployment: one stack in one account and region. Everything that may be left out is filled in. */
export type StageConfig = StageFields & {
  readonly stage: string;
  readonly alarmEmails: readonly string[];
};

/** Short enough for a bucket's name to hold it beside account and region. */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,11}$/;

/**
 * Checks the stages that a file describes.
 *
 * @param value the file's parsed JSON: stages by name
 * @param file how errors call the file
 * @throws ConfigError with a sentence for each wrong or missing value
 */
export function parseStages(value: unknown, file: string): readonly StageConfig[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    throw new ConfigError(`${file} must hold an object with one stage at least, such as { "prod": { … } }.`);
  }
  const sentences: string[] = [];
  const stages = Object.entries(value).flatMap(([stage, fields]) => {
    if (!STAGE_NAME.test(stage)) {
      sentences.push(
        `"${stage}" is no stage's name; it must be a small letter and up to 11 small letters, digits or dashes.`,
      );
      return [];
    }
    const result = stageSchema.safeParse(fields, { reportInput: true });
    if (!result.success) {
      sentences.push(...result.error.issues.flatMap((issue) => sentencesOf(issue, [stage])));
      return [];
    }
    const { errors } = parseSettings(result.data.settings);
    sentences.push(
      ...foreignSecrets(stage, result.data),
      ...foreignBus(stage, result.data),
      ...errors.map(({ name, value, reason }) => `${stage}.settings.${name} is "${value}": ${reason}.`),
    );
    return [{ ...result.data, stage, alarmEmails: result.data.alarmEmails ?? result.data.alertEmails }];
  });
  if (sentences.length) throw new ConfigError(sentences.map((sentence) => `${file}: ${sentence}`).join('\n'));
  return stages;
}

/**
 * Secrets that the functions of a stage could not read: they look in their own region, and a secret of another account needs a key
 * and a policy of its own.
 */
function foreignSecrets(stage: string, { account, region, slackWebhookSecretArn, ingest }: StageFields): string[] {
  const secrets = { slackWebhookSecretArn, 'ingest.webhookSecretArn': ingest?.webhookSecretArn };
  return Object.entries(secrets).flatMap(([field, arn]) => {
    if (arn === undefined) return [];
    const [, , , itsRegion, itsAccount] = arn.split(':');
    if (itsRegion !== region)
      return [`${stage}.${field} is "${arn}"; it must be a secret in the stage's region, ${region}.`];
    if (account === undefined || itsAccount === account) return [];
    return [`${stage}.${field} is "${arn}"; it must be a secret of the stage's account, ${account}.`];
  });
}

/**
 * A bus that the function of a stage could not reach: it asks EventBridge in its own region, and only rules send to another.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
function foreignBus(stage: string, { region, findingsEventBusArn: arn }: StageFields): string[] {
  if (arn === undefined || arn.split(':')[3] === region) return [];
  return [`${stage}.findingsEventBusArn is "${arn}"; it must be an event bus in the stage's region, ${region}.`];
}

/** Reads the stages that a file describes. @throws ConfigError */
export function readStages(file: string): readonly StageConfig[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${file} can't be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return parseStages(value, file);
}

function sentencesOf(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): readonly string[] {
  // A wrong "mode" is reported at the field that tells the variants apart, with the whole object as what was found.
  const own = issue.code === 'invalid_union' ? issue.path.slice(0, -1) : issue.path;
  const path = [...parents, ...own].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${path}.${key} is not known; a stage has ${Object.keys(stageSchema.shape).join(', ')}.`,
    );
  }
  const found = issue.input === undefined ? 'is missing' : `is ${JSON.stringify(issue.input)}`;
  // What is wrong with a name is told inside.
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [`${path} ${found}; it must be ${message}.`];
}
