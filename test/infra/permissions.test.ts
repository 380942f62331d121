import { describe, expect, it } from 'vitest';
import { type Statement, SYNTHESIS_TIMEOUT, statementsOf, synthesise, targetOf } from './synthesised-stack.ts';

const { ofType } = synthesise();
/** With everything that people may have to look after. */
const secretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-a1b2c3';
const everything = synthesise({
  slackWebhookSecretArn: secretArn,
  securityHub: true,
  ingest: { cloudTrail: true, buckets: ['trail'] },
});

/** What the policies of one part allow, without the key (checked apart), logs and traces, which all functions have. */
function allowed(part: string, stack = { ofType }): Readonly<Record<string, readonly string[]>> {
  const everywhere = /^(kms|logs|xray):/;
  const byTarget = new Map<string, string[]>();
  for (const { actions, resources } of statements(part, stack)) {
    for (const resource of resources) {
      const target = targetOf(resource).replace(/^([A-Z]\w*?)(?:[0-9A-F]{8})(.*)$/, '$1$2');
      const known = byTarget.get(target) ?? [];
      byTarget.set(target, [...known, ...actions.filter((action) => !everywhere.test(action))]);
    }
  }
  const used = [...byTarget].filter(([, actions]) => actions.length > 0);
  return Object.fromEntries(used.map(([target, actions]) => [target, actions.toSorted()]));
}

function statements(part: string, stack = { ofType }): readonly Statement[] {
  return stack
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ id }) => id.startsWith(part))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
}

const KINESIS_READ = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];

const READ_CASES = {
  CasesTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
  'CasesTable/index/ongoing': ['dynamodb:Query'],
};

describe('permissions', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('let detect read the stream, score, check verdicts, quarantine and queue, and nothing else', () => {
    expect(allowed('DetectRole')).toEqual({
      AccessesStream: KINESIS_READ,
      SubjectKeySecret: ['secretsmanager:GetSecretValue'],
      CanaryKeySecret: ['secretsmanager:GetSecretValue'],
      BaselinesTable: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      LinksTable: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      LinkLogTable: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:Query'],
      CasesTable: ['dynamodb:GetItem'],
      AlertsQueue: ['sqs:SendMessage'],
      'EvidenceBucket/quarantine/*': ['s3:PutObject'],
      'EvidenceBucket/failed/*': ['s3:PutObject'],
      'EvidenceBucket/aws/lambda/*': ['s3:PutObject'],
      EvidenceBucket: ['s3:ListBucket'],
    });
  });

  it('let assess fold, publish, read settings, end cases that nobody judged and join late links', () => {
    expect(allowed('AssessRole')).toEqual({
      BaselinesTable: ['dynamodb:BatchGetItem', 'dynamodb:Scan'],
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      CasesTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
      'CasesTable/index/untold': ['dynamodb:Query'],
      'CasesTable/index/ongoing': ['dynamodb:Query'],
      LinkLogTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      AccessesStream: ['kinesis:PutRecord'],
      AlertsQueue: ['sqs:SendMessage'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch/prod': ['ssm:GetParametersByPath'],
    });
  });

  it('let notify take alerts, store cases and publish, and see no baseline', () => {
    expect(allowed('NotifyRole')).toEqual({
      AlertsQueue: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      AlertsDeadLetters: ['sqs:SendMessage'],
      CasesTable: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
      'CasesTable/index/ongoing': ['dynamodb:Query'],
      'CasesTable/index/untold': ['dynamodb:Query'],
      AlertTopic: ['sns:Publish'],
    });
  });

  it('let casework change cases and put verdicts on the stream, and see no baseline', () => {
    expect(allowed('CaseworkRole')).toEqual({
      CasesTable: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:Query'],
      AccessesStream: ['kinesis:PutRecord'],
    });
  });

  it('let the canary put its access on the stream and list subscriptions', () => {
    expect(allowed('CanaryRole')).toEqual({
      AccessesStream: ['kinesis:PutRecords'],
      CanaryKeySecret: ['secretsmanager:GetSecretValue'],
      AlertTopic: ['sns:ListSubscriptionsByTopic'],
    });
  });

  it.each(['Assess', 'Canary'])('let the schedule of %s start it alone', (part) => {
    expect(allowed(`${part}SchedulerRole`)).toEqual({ [`${part}Function`]: ['lambda:InvokeFunction'] });
  });

  it('let the archiver copy the stream into the archive alone', () => {
    expect(allowed('ArchiverRole')).toEqual({
      AccessesStream: KINESIS_READ,
      'ArchiveBucket/events/*': ['s3:PutObject'],
    });
  });

  it('let the reporter read what a report and a baseline’s page are made of, and write nothing', () => {
    expect(allowed('PeopleReporter')).toEqual({
      BaselinesTable: ['dynamodb:BatchGetItem', 'dynamodb:Scan'],
      CasesTable: ['dynamodb:Scan'],
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:Query'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch/prod': ['ssm:GetParametersByPath'],
      ArchiveBucket: ['s3:ListBucket'],
      'ArchiveBucket/events/*': ['s3:GetObject'],
    });
  });

  it('let readers read cases, and producers write to the stream', () => {
    expect(allowed('PeopleReader')).toEqual(READ_CASES);
    expect(allowed('PeopleProducer')).toEqual({ AccessesStream: ['kinesis:PutRecord', 'kinesis:PutRecords'] });
  });

  it('let redrive read what was put aside and given up, and send it on its way again', () => {
    const look = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'];
    const move = [...look, 'sqs:ListMessageMoveTasks', 'sqs:StartMessageMoveTask'].toSorted();
    const comeBack = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];

    expect(allowed('PeopleRedrive', everything)).toEqual({
      'EvidenceBucket/quarantine/*': ['s3:GetObject'],
      'EvidenceBucket/failed/*': ['s3:GetObject'],
      'EvidenceBucket/aws/lambda/*': ['s3:GetObject'],
      'EvidenceBucket/failed/redriven/*': ['s3:PutObject'],
      EvidenceBucket: ['s3:ListBucket'],
      ArchiveBucket: ['s3:ListBucket'],
      'ArchiveBucket/events/*': ['s3:GetObject'],
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:Query'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch/prod': ['ssm:GetParametersByPath'],
      AccessesStream: ['kinesis:PutRecords'],
      AlertsDeadLetters: move,
      AlertsQueue: ['sqs:SendMessage'],
      SlackDeadLettersQueue: look,
      FindingsDeadLettersQueue: look,
      FindingsFunction: ['lambda:InvokeFunction'],
      IngestEventsDeadLettersQueue: move,
      IngestEventsQueue: comeBack,
      IngestObjectsDeadLettersQueue: move,
      IngestObjectsQueue: comeBack,
    });
  });

  it('let operators import, change settings and send, and see neither cases nor raw records', () => {
    expect(allowed('PeopleOperator', everything)).toEqual({
      DirectoryTable: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch/prod': ['ssm:GetParametersByPath'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch/prod/*': [
        'ssm:GetParameter',
        'ssm:GetParameterHistory',
        'ssm:PutParameter',
      ],
      AccessesStream: ['kinesis:PutRecords'],
      'EvidenceBucket/reference/*': ['s3:GetObject', 's3:PutObject'],
    });
  });

  it('let analysts read cases and call casework by its URL alone', () => {
    expect(allowed('PeopleAnalyst')).toEqual({
      ...READ_CASES,
      'arn:aws:ssm:us-east-1:111122223333:parameter/borderwatch-casework/prod/url': ['ssm:GetParameter'],
      CaseworkFunction: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
    });
    const conditions = statements('PeopleAnalyst')
      .filter(({ actions }) => actions.some((action) => action.startsWith('lambda:')))
      .map(({ actions, condition }) => [actions[0], condition]);
    expect(conditions).toEqual([
      ['lambda:InvokeFunctionUrl', { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
      ['lambda:InvokeFunction', { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
    ]);
  });

  it.each([
    ['baselines', 'BaselinesTable', ['AssessRole', 'DetectRole', 'PeopleReporter']],
    ['links', 'LinksTable', ['DetectRole']],
    ['the link log', 'LinkLogTable', ['AssessRole', 'DetectRole']],
  ])('let few touch %s', (_, table, parts) => {
    const touching = ofType('AWS::IAM::ManagedPolicy').filter(({ properties }) =>
      JSON.stringify(properties).includes(table),
    );

    expect(touching.map(({ id }) => parts.find((part) => id.startsWith(part)) ?? id).toSorted()).toEqual(parts);
  });

  it('use the key only where a service asks for it on the caller’s behalf', () => {
    const direct = ofType('AWS::IAM::ManagedPolicy')
      .flatMap(({ id, properties }) =>
        statementsOf(properties.PolicyDocument).map((statement) => ({ id, ...statement })),
      )
      .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
      .filter(({ condition }) => !JSON.stringify(condition).includes('"kms:ViaService"'));

    expect(direct).toEqual([]);
  });

  it('have no wildcard in an action, and none in a resource but for object keys, settings and traces', () => {
    const all = ofType('AWS::IAM::ManagedPolicy').flatMap(({ properties }) => statementsOf(properties.PolicyDocument));

    expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
    const wildcards = all.filter(({ resources }) => resources.some((resource) => targetOf(resource).includes('*')));
    const services = wildcards.flatMap(({ actions }) => actions.map((action) => action.split(':')[0]));
    expect([...new Set(services)].toSorted()).toEqual(['s3', 'ssm', 'xray']);
  });

  it('are all written in managed policies of this stack', () => {
    const grantedElsewhere = ofType('AWS::IAM::Role').filter(
      ({ properties }) => properties.Policies || properties.ManagedPolicyArns,
    );

    expect(grantedElsewhere).toEqual([]);
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
  });
});
