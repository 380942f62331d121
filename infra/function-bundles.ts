import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BorderwatchStack } from './borderwatch-stack.ts';
import { parseStages } from './config.ts';
import { BUNDLE_FILE, PROJECT_ROOT } from './function-bundling.ts';

/** A function as it would be deployed. */
export interface FunctionBundle {
  /** The folder below `functions/`. */
  readonly name: string;
  /** The folder that becomes /var/task. */
  readonly folder: string;
  /** The file that Lambda loads. */
  readonly file: string;
  /** Bytes of that file. */
  readonly bytes: number;
  /** The function's own environment variables, with an imaginary account's names where AWS would fill them in. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The account that the emulators are in, so that the names which the template gives are theirs too. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/** What a stage has to say to get the functions that it may do without. */
const EVERY_FUNCTION = {
  slackWebhookSecretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:slack-a1b2c3`,
  caseUrl: 'https://cases.example.com/{case}',
  findingsEventBusArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/findings`,
  securityHub: true,
  ingest: {
    cloudTrail: true,
    buckets: ['trail'],
    url: 'webhook',
    webhookSecretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:webhook-a1b2c3`,
  },
  sources: { cloudtrail: {} },
};

/** The context of cdk.json: CDK's behaviour depends on it, so whoever synthesises outside its command line needs it too. */
export function projectContext(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')).context;
}

/**
 * Bundles every function just as a deployment does, by synthesising an imaginary stage, so that what is measured and
 * invoked in tests can't differ from what is deployed.
 *
 * @param outdir an empty folder for the cloud assembly
 */
export const bundleFunctions = (outdir: string): readonly FunctionBundle[] => synthesiseWithBundles(outdir).bundles;

/** The same, and the template that the functions are part of. @param outdir an empty folder for the cloud assembly */
export function synthesiseWithBundles(outdir: string): {
  readonly bundles: readonly FunctionBundle[];
  readonly template: Template;
} {
  const [stage] = parseStages(
    // With everything that a stage may leave out.
    { bundle: { region: REGION, account: ACCOUNT, alertEmails: ['alerts@example.com'], ...EVERY_FUNCTION } },
    'the imaginary stage',
  );
  if (!stage) throw new Error('there is no stage to bundle for');
  const app = new App({ outdir, context: projectContext() });
  const { stackName } = new BorderwatchStack(app, stage);
  const template: Template = app.synth().getStackByName(stackName).template;
  const bundles = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => {
      const { Code, FunctionName, Environment } = Properties as unknown as FunctionProperties;
      const folder = join(outdir, `asset.${Code.S3Key.replace('.zip', '')}`);
      const file = join(folder, BUNDLE_FILE);
      const environment = Object.entries(Environment.Variables).map(([name, value]) => [name, textOf(value, template)]);
      return {
        name: FunctionName.replace(`${stackName}-`, ''),
        folder,
        file,
        bytes: statSync(file).size,
        environment: Object.fromEntries(environment),
      };
    });
  return { bundles, template };
}

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}
interface FunctionProperties {
  readonly FunctionName: string;
  readonly Code: { readonly S3Key: string };
  readonly Environment: { readonly Variables: Readonly<Record<string, string | { readonly Ref: string }>> };
}

/** What CloudFormation would put in for a reference to a resource with a fixed name. */
function textOf(value: string | { readonly Ref: string }, template: Template): string {
  if (typeof value === 'string') return value;
  const { Type, Properties } = template.Resources[value.Ref] ?? { Type: 'nothing', Properties: {} };
  const { TableName, BucketName, QueueName, TopicName, Name } = Properties;
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return String(TableName);
    case 'AWS::S3::Bucket':
      return String(BucketName);
    case 'AWS::Kinesis::Stream':
      return String(Name);
    case 'AWS::SQS::Queue':
      return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${QueueName}`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${REGION}:${ACCOUNT}:${TopicName}`;
    case 'AWS::SecretsManager::Secret':
      return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${Name}-a1b2c3`;
    default:
      throw new Error(`an environment variable refers to ${value.Ref}, of type ${Type}, whose value isn't known here`);
  }
}
