import { describe, expect, it } from 'vitest';
import { type Json, SYNTHESIS_TIMEOUT, statementsOf, synthesise, targetOf } from './synthesised-stack.ts';

const EXTRA = 'arn:aws:iam::111122223333:role/break-glass';
const TAKING = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:ReceiveMessage'];
const { ofType, named, only } = synthesise({ writerRoleArns: [EXTRA] });
/** With every queue that a stage may have. */
const everything = synthesise({
  slackWebhookSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-a1b2c3',
  securityHub: true,
  ingest: { cloudTrail: true, buckets: ['trail'] },
});

/** The role as which CloudFormation deploys. */
const DEPLOYER = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1';

const roleNames = (condition: { readonly [key: string]: Json }) => {
  const { 'aws:PrincipalArn': arns } = condition.ArnNotEquals as { readonly [key: string]: readonly Json[] };
  return (arns ?? []).map((arn) => targetOf(arn).replace(/[0-9A-F]{8}$/, '')).toSorted();
};
const tablePolicy = (part: string) => {
  const { properties } = named('AWS::DynamoDB::Table', 'TableName', `borderwatch-prod-${part}`);
  return statementsOf((properties.ResourcePolicy as { readonly PolicyDocument: Json }).PolicyDocument);
};
const bucketPolicy = (part: string) =>
  ofType('AWS::S3::BucketPolicy')
    .filter(({ id }) => id.startsWith(part))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
const queuePolicy = (name: string, stack = { ofType, named }) => {
  const { id } = stack.named('AWS::SQS::Queue', 'QueueName', name);
  return stack
    .ofType('AWS::SQS::QueuePolicy')
    .filter(({ properties }) => [properties.Queues ?? []].flat().some((queue) => targetOf(queue as Json) === id))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
};
const secretPolicy = (part: string) =>
  statementsOf(only('AWS::SecretsManager::ResourcePolicy', part).properties.ResourcePolicy);
const topicPolicy = (part: string, stack = { ofType }) =>
  stack
    .ofType('AWS::SNS::TopicPolicy')
    .filter(({ id }) => id.startsWith(part))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));

describe('whatever other policies in the account say', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it.each([
    ['baselines', ['DetectRole', EXTRA]],
    ['links', ['DetectRole', EXTRA]],
    ['link-log', ['AssessRole', 'DetectRole', EXTRA]],
    ['directory', ['AssessRole', 'PeopleOperatorRole', EXTRA]],
    ['cases', ['AssessRole', 'CaseworkRole', 'NotifyRole', EXTRA]],
  ])('only named roles write the table %s', (part, writers) => {
    const denial = tablePolicy(part).find(({ sid }) => sid === 'OnlyNamedRolesWrite');

    expect(denial?.effect).toBe('Deny');
    expect(denial?.principal).toEqual({ AWS: '*' });
    expect(denial?.actions).toEqual(
      expect.arrayContaining([
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:PartiQLDelete',
        'dynamodb:PartiQLInsert',
        'dynamodb:PartiQLUpdate',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ]),
    );
    expect(roleNames(denial?.condition ?? {})).toEqual(writers.toSorted());
  });

  it('nobody deletes a case', () => {
    const denial = tablePolicy('cases').find(({ sid }) => sid === 'NobodyDeletes');

    expect(denial).toMatchObject({ effect: 'Deny', principal: { AWS: '*' }, condition: {} });
    expect(denial?.actions).toEqual(['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete']);
  });

  it('only detect and redrive write the evidence bucket', () => {
    const denial = bucketPolicy('Evidence').find(({ sid }) => sid === 'OnlyNamedRolesWrite');

    expect(denial).toMatchObject({ effect: 'Deny', actions: ['s3:PutObject'] });
    expect(roleNames(denial?.condition ?? {})).toEqual(['DetectRole', 'PeopleRedriveRole', EXTRA].toSorted());
  });

  it('only redrive reads raw subject ids', () => {
    const denial = bucketPolicy('Evidence').find(({ sid }) => sid === 'OnlyNamedRolesReadRawIds');

    expect(denial?.effect).toBe('Deny');
    expect(denial?.resources.map((resource) => targetOf(resource).replace(/^\w+?(?=\/)/, '')).toSorted()).toEqual([
      '/aws/lambda/*',
      '/failed/*',
      '/quarantine/*',
    ]);
    expect(roleNames(denial?.condition ?? {})).toEqual(['PeopleRedriveRole']);
  });

  it('only the archiver writes the archive, and only redrive and the reporter read it', () => {
    const denials = bucketPolicy('Archive');
    const rolesOf = (sid: string) => roleNames(denials.find((statement) => statement.sid === sid)?.condition ?? {});

    expect(rolesOf('OnlyTheArchiverWrites')).toEqual(['ArchiverRole']);
    expect(rolesOf('OnlyNamedRolesRead')).toEqual(['PeopleRedriveRole', 'PeopleReporterRole']);
  });

  it.each(['Evidence', 'Archive', 'AccessLogs'])('only its lifecycle deletes from the bucket %s', (part) => {
    const denial = bucketPolicy(part).find(({ sid }) => sid === 'OnlyTheLifecycleDeletes');

    expect(denial).toMatchObject({ effect: 'Deny', actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'] });
  });

  it('only detection, assessment and redrive send alerts to the queue, and only notify takes them', () => {
    const denials = queuePolicy('borderwatch-prod-alerts.fifo');
    const send = denials.find(({ sid }) => sid === 'OnlyNamedRolesSend');
    const take = denials.find(({ sid }) => sid === 'OnlyNamedRolesTake');

    expect(send).toMatchObject({ effect: 'Deny', principal: { AWS: '*' }, actions: ['sqs:SendMessage'] });
    expect(roleNames(send?.condition ?? {})).toEqual(['AssessRole', 'DetectRole', 'PeopleRedriveRole']);
    expect(take).toMatchObject({ effect: 'Deny', principal: { AWS: '*' }, actions: TAKING });
    expect(roleNames(take?.condition ?? {})).toEqual(['NotifyRole']);
  });

  it('only redrive takes alerts that could not be told, and SQS itself can put them there', () => {
    const denials = queuePolicy('borderwatch-prod-alerts-dead.fifo').filter(({ sid }) => sid);

    expect(denials).toMatchObject([{ sid: 'OnlyNamedRolesTake', effect: 'Deny', actions: TAKING }]);
    expect(roleNames(denials[0]?.condition ?? {})).toEqual(['PeopleRedriveRole']);
  });

  it.each([
    ['ingest-events', 'IngestRole'],
    ['ingest-objects', 'IngestRole'],
    ['ingest-events-dead', 'PeopleRedriveRole'],
    ['ingest-objects-dead', 'PeopleRedriveRole'],
    ['slack-dead', 'PeopleRedriveRole'],
    ['findings-dead', 'PeopleRedriveRole'],
  ])('what waits in the queue %s is taken by one role only', (name, role) => {
    const denials = queuePolicy(`borderwatch-prod-${name}`, everything).filter(
      ({ effect, sid }) => effect === 'Deny' && sid,
    );

    expect(denials).toMatchObject([{ sid: 'OnlyNamedRolesTake', principal: { AWS: '*' }, actions: TAKING }]);
    expect(roleNames(denials[0]?.condition ?? {})).toEqual([role]);
  });

  it('no queue is refused to those who manage it, and no statement has more actions than SQS takes', () => {
    const denied = everything
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter(({ effect, sid }) => effect === 'Deny' && sid?.startsWith('Only'));

    expect(new Set(denied.flatMap(({ actions }) => actions))).toEqual(new Set(['sqs:SendMessage', ...TAKING]));
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    expect(Math.max(...denied.map(({ actions }) => actions.length))).toBeLessThanOrEqual(7);
  });

  it.each([
    ['SubjectKey', ['DetectRole']],
    ['CanaryKey', ['CanaryRole', 'DetectRole']],
  ])('only named roles read the %s, and only a deployment or a named role changes it', (part, readers) => {
    const denials = secretPolicy(part);
    const read = denials.find(({ sid }) => sid === 'OnlyNamedRolesRead');
    const change = denials.find(({ sid }) => sid === 'OnlyNamedRolesChange');

    expect(read).toMatchObject({
      effect: 'Deny',
      principal: { AWS: '*' },
      actions: ['secretsmanager:GetSecretValue'],
    });
    expect(roleNames(read?.condition ?? {})).toEqual([...readers, DEPLOYER].toSorted());
    expect(change).toMatchObject({ effect: 'Deny', principal: { AWS: '*' } });
    expect(change?.actions).toEqual([
      'secretsmanager:PutSecretValue',
      'secretsmanager:RotateSecret',
      'secretsmanager:UpdateSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    expect(roleNames(change?.condition ?? {})).toEqual([EXTRA, DEPLOYER].toSorted());
  });

  it('only notify publishes alerts', () => {
    const denial = topicPolicy('AlertTopic').find(({ sid }) => sid === 'OnlyNotifyPublishes');

    expect(denial).toMatchObject({ effect: 'Deny', actions: ['sns:Publish'] });
    expect(roleNames(denial?.condition ?? {})).toEqual(['NotifyRole']);
  });

  it('only the configured addresses can be subscribed to alerts', () => {
    const denial = topicPolicy('AlertTopic').find(({ sid }) => sid === 'OnlyConfiguredAddressesSubscribe');

    expect(denial).toMatchObject({
      effect: 'Deny',
      actions: ['sns:Subscribe'],
      condition: { StringNotEquals: { 'sns:Endpoint': ['alerts@example.com'] } },
    });
  });

  it('nobody can be subscribed to alerts where no address is configured', () => {
    const stack = synthesise({ alertEmails: [] });
    const denial = topicPolicy('AlertTopic', stack).find(({ sid }) => sid === 'OnlyConfiguredAddressesSubscribe');

    expect(denial).toMatchObject({ effect: 'Deny', actions: ['sns:Subscribe'], condition: {} });
    expect(stack.ofType('AWS::SNS::Subscription')).toEqual([]);
  });

  it.each([
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues', 'sqs:*'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics', 'sns:Publish'],
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket', 's3:*'],
  ])('nobody reaches an %s without TLS', (type, policyType, targets, action) => {
    const guarded = ofType(policyType)
      .filter(({ properties }) =>
        statementsOf(properties.PolicyDocument).some(
          ({ effect, actions, condition }) =>
            effect === 'Deny' &&
            actions.includes(action) &&
            JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
        ),
      )
      .flatMap(({ properties }) => [properties[targets] ?? []].flat())
      .map((reference) => targetOf(reference as Json));

    expect(guarded.toSorted()).toEqual(
      ofType(type)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});
