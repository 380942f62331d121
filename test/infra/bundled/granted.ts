import type { Template } from '../../../infra/function-bundles.ts';
import { type Json, type Properties, statementsOf, targetOf } from '../synthesised-stack.ts';
import type { PermittedCall } from './permitted-calls.ts';

/** An action that a role may use, on a resource by its name (`cases`, `bucket/quarantine/*`); the key's use is `keyUsers`. */
export interface Granted {
  readonly calls: readonly PermittedCall[];
  /** Services on whose behalf the role may use the key. */
  readonly keyUsers: ReadonlySet<string>;
}

const NAMES = ['TableName', 'QueueName', 'TopicName', 'BucketName', 'Name', 'FunctionName', 'LogGroupName'] as const;

/** What the policies of a function's role allow. @param functionName with the stage's prefix */
export function grantedTo(functionName: string, template: Template): Granted {
  const roleId = targetOf(functionOf(functionName, template).Role ?? '');
  const statements = ofType(template, 'AWS::IAM::ManagedPolicy')
    .filter(({ Roles }) => listOf(Roles).some((role) => targetOf(role) === roleId))
    .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
  const calls = statements.flatMap(({ actions, resources }) =>
    actions
      .filter((action) => !action.startsWith('kms:'))
      .flatMap((action) => resources.map((resource) => ({ action, resource: nameOf(resource, template) }))),
  );
  const keyUsers = statements
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    .map(({ condition }) => JSON.stringify(condition).match(/"kms:ViaService":"(\w+)\./)?.[1] ?? 'anybody');
  return { calls, keyUsers: new Set(keyUsers) };
}

/**
 * What Lambda does in the function's name, whatever the function's own code does: poll its sources, put away what it gave up,
 * write logs and traces. (Lambda Developer Guide, "Execution role", and the page of each source.)
 */
export function neededByLambda(functionName: string, template: Template): readonly PermittedCall[] {
  const id = Object.entries(template.Resources).find(
    ([, { Properties }]) => Properties.FunctionName === functionName,
  )?.[0];
  const isOfThis = ({ FunctionName }: Properties) => targetOf(FunctionName ?? '') === id;
  const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').filter(isOfThis);
  const asynchronous = ofType(template, 'AWS::Lambda::EventInvokeConfig').filter(isOfThis);
  const sources = mappings.flatMap(({ EventSourceArn }) => {
    const { type, name } = resourceAt(EventSourceArn ?? '', template);
    const actions =
      type === 'AWS::Kinesis::Stream'
        ? ['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'].map(
            (action) => `kinesis:${action}`,
          )
        : ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    return actions.map((action) => ({ action, resource: name }));
  });
  const destinations = [...mappings, ...asynchronous].flatMap(({ DestinationConfig }) => {
    const { OnFailure } = (DestinationConfig ?? {}) as Properties;
    if (!OnFailure) return [];
    const { type, name } = resourceAt((OnFailure as Properties).Destination ?? '', template);
    return type === 'AWS::S3::Bucket'
      ? [
          { action: 's3:PutObject', resource: `${name}/aws/lambda/*` },
          { action: 's3:ListBucket', resource: name },
        ]
      : [{ action: 'sqs:SendMessage', resource: name }];
  });
  const always = [
    { action: 'logs:CreateLogStream', resource: `/aws/lambda/${functionName}` },
    { action: 'logs:PutLogEvents', resource: `/aws/lambda/${functionName}` },
    { action: 'xray:PutTraceSegments', resource: '*' },
    { action: 'xray:PutTelemetryRecords', resource: '*' },
  ];
  return [...sources, ...destinations, ...always];
}

/** Whether a call is one of those that a grant means; only the names of objects have a wildcard. */
export const covers = (grant: PermittedCall, call: PermittedCall): boolean =>
  grant.action === call.action &&
  (grant.resource === call.resource ||
    (grant.resource.endsWith('/*') && call.resource.startsWith(grant.resource.slice(0, -1))));

function functionOf(functionName: string, template: Template): Properties {
  const found = ofType(template, 'AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === functionName);
  if (!found) throw new Error(`no function is called ${functionName}`);
  return found;
}

const ofType = ({ Resources }: Template, type: string): readonly Properties[] =>
  Object.values(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties as Properties);

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function resourceAt(reference: Json, template: Template): { readonly type: string; readonly name: string } {
  const resource = template.Resources[targetOf(reference)];
  return { type: resource?.Type ?? 'nothing', name: nameOf(reference, template) };
}

/** What a resource in a policy is called, as calls call it. */
function nameOf(reference: Json, template: Template): string {
  if (typeof reference === 'string') {
    const [, parameter] = /:parameter(\/.+)$/.exec(reference) ?? [];
    const [, secret] = /:secret:(.+)-\w{6}$/.exec(reference) ?? [];
    return parameter ?? secret ?? reference.replace(/^arn:\w+:s3:::/, '');
  }
  const { 'Fn::Join': join } = reference as Properties;
  if (Array.isArray(join)) {
    const [separator, parts] = join as unknown as readonly [string, readonly Json[]];
    return parts.map((part) => nameOf(part, template)).join(separator);
  }
  const properties = template.Resources[targetOf(reference)]?.Properties ?? {};
  const name = NAMES.map((key) => properties[key]).find((value) => typeof value === 'string');
  if (name === undefined) throw new Error(`a policy refers to ${targetOf(reference)}, whose name isn't known here`);
  return String(name);
}
