import type { IncomingMessage } from 'node:http';

/** What IAM judges of a request: the action, and the last part of the resource's ARN. */
export interface PermittedCall {
  readonly action: string;
  readonly resource: string;
}

type Body = Readonly<Record<string, unknown>>;

/** Operations that IAM knows under another action's name (Service Authorization Reference). */
const JUDGED_AS: { readonly [operation: string]: string } = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/**
 * The IAM actions that a request needs, with their resources as names: a table `cases`, an index `cases/index/untold`, an
 * object `bucket/key`.
 */
export function permittedCalls(service: string, request: IncomingMessage, body: string): readonly PermittedCall[] {
  const call = (operation: string, ...resources: readonly string[]) =>
    resources.map((resource) => ({ action: `${service}:${JUDGED_AS[operation] ?? operation}`, resource }));
  if (service === 's3') return call(...objectOperation(request));
  if (service === 'sns') {
    const form = new URLSearchParams(body);
    return call(form.get('Action') ?? '', lastPart(form.get('TopicArn') ?? ''));
  }
  if (service === 'securityhub') return call('BatchImportFindings', ...productsOf(JSON.parse(body)));
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  const fields: Body = JSON.parse(body || '{}');
  switch (service) {
    case 'dynamodb':
      return call(operation, ...tablesOf(fields));
    case 'sqs':
      return call(operation, String(fields.QueueUrl).split('/').at(-1) ?? '');
    case 'kinesis':
      return call(operation, String(fields.StreamName ?? lastPart(String(fields.StreamARN))));
    case 'events':
      return call(operation, ...busesOf(fields));
    case 'ssm':
      return call(operation, String(fields.Path ?? fields.Name));
    default:
      // Secrets Manager puts six characters of its own at an ARN's end.
      return call(operation, lastPart(String(fields.SecretId)).replace(/-\w{6}$/, ''));
  }
}

const lastPart = (arn: string) => arn.split(':').at(-1) ?? '';

function tablesOf({ TableName, IndexName, RequestItems }: Body): readonly string[] {
  if (RequestItems) return Object.keys(RequestItems);
  return [IndexName ? `${TableName}/index/${IndexName}` : String(TableName)];
}

interface PutEvents {
  readonly Entries?: readonly { readonly EventBusName?: string }[];
}
const busesOf = ({ Entries = [] }: PutEvents) => Entries.map(({ EventBusName }) => String(EventBusName));

interface BatchImportFindings {
  readonly Findings?: readonly { readonly ProductArn?: string }[];
}
const productsOf = ({ Findings = [] }: BatchImportFindings) => Findings.map(({ ProductArn }) => String(ProductArn));

function objectOperation({ method, url = '/' }: IncomingMessage): [operation: string, resource: string] {
  const [path = '', query = ''] = url.slice(1).split('?');
  const isObject = path.includes('/') && !path.endsWith('/');
  const read = new URLSearchParams(query).has('versionId') ? 'GetObjectVersion' : 'GetObject';
  const operation = isObject ? (method === 'PUT' ? 'PutObject' : read) : 'ListBucket';
  return [operation, decodeURIComponent(path)];
}
