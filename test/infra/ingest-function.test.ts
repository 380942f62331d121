import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/config.ts';
import { type Properties, SYNTHESIS_TIMEOUT, statementsOf, synthesise, targetOf } from './synthesised-stack.ts';

const everything = synthesise({ ingest: { cloudTrail: true, buckets: ['trail', 'exports'] } });

/** What ingest may do, by the beginning of what it may do it to. */
const allowedIn = ({ ofType }: typeof everything) =>
  ofType('AWS::IAM::ManagedPolicy')
    .filter(({ id }) => id.startsWith('IngestRole'))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .flatMap(({ actions, resources }) => resources.map((resource) => [targetOf(resource), actions] as const));

describe('the function behind the queues of a stage', { timeout: SYNTHESIS_TIMEOUT }, () => {
  const { ofType, named } = everything;
  const ingest = named('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-ingest');

  it('breaks no security rule', () => {
    const { app } = everything;
    for (const Pack of [AwsSolutionsChecks, NIST80053R5Checks])
      expect(new Pack(app).validateScope(app).violations).toEqual([]);
  });

  it.each([
    ['ingest-events', 1000, 1],
    ['ingest-objects', 1, 0],
  ])('sets every option of the mapping from %s', (name, BatchSize, MaximumBatchingWindowInSeconds) => {
    const queue = named('AWS::SQS::Queue', 'QueueName', `borderwatch-prod-${name}`);
    const dead = named('AWS::SQS::Queue', 'QueueName', `borderwatch-prod-${name}-dead`);
    const mapping = ofType('AWS::Lambda::EventSourceMapping').find(
      ({ properties }) => targetOf(properties.EventSourceArn ?? '') === queue.id,
    );
    const { EventSourceArn, FunctionName, Tags, ...options } = mapping?.properties ?? {};

    expect(options).toEqual({
      Enabled: true,
      BatchSize,
      MaximumBatchingWindowInSeconds,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MetricsConfig: { Metrics: ['EventCount'] },
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    expect(targetOf(FunctionName ?? '')).toBe(ingest.id);
    expect(queue.properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, KmsMasterKeyId: expect.anything() });
    expect(queue.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(ingest.properties.Timeout));
    expect(targetOf((queue.properties.RedrivePolicy as Properties).deadLetterTargetArn ?? '')).toBe(dead.id);
  });

  it('gets data events of S3 and DynamoDB, and no management events', () => {
    const rule = named('AWS::Events::Rule', 'Name', 'borderwatch-prod-ingest-cloudtrail');
    const queue = named('AWS::SQS::Queue', 'QueueName', 'borderwatch-prod-ingest-events');

    expect(rule.properties.EventPattern).toEqual({
      source: ['aws.s3', 'aws.dynamodb'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { managementEvent: [false] },
    });
    expect(JSON.stringify(rule.properties.Targets)).toContain(queue.id);
  });

  it('lets only that rule, and only those buckets, send to the queues', () => {
    const senders = ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter(({ effect, principal }) => effect === 'Allow' && JSON.stringify(principal).includes('Service'))
      .map(({ principal, condition }) => JSON.stringify([principal, condition]));

    expect(senders).toHaveLength(2);
    expect(senders.find((text) => text.includes('events.amazonaws.com'))).toContain(
      'rule/borderwatch-prod-ingest-cloudtrail',
    );
    expect(senders.find((text) => text.includes('s3.amazonaws.com'))).toMatch(
      /:s3:::trail.*:s3:::exports.*111122223333/,
    );
  });

  it('lets EventBridge use the key without a condition on the source, which it could not meet, and S3 for this account alone', () => {
    const uses = statementsOf(everything.only('AWS::KMS::Key').properties.KeyPolicy)
      .filter(({ sid }) => sid?.startsWith('MessagesOf'))
      .map(({ principal, condition }) => [principal, condition]);

    expect(uses).toEqual([
      [{ Service: 'events.amazonaws.com' }, {}],
      [{ Service: 's3.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': '111122223333' } }],
    ]);
  });

  it('may write to the stream, read what the stage names, put aside, and nothing else', () => {
    const allowed = allowedIn(everything).filter(([, actions]) => !/^(kms|logs|xray)/.test(actions[0] ?? ''));

    expect(allowed.flatMap(([, actions]) => actions).toSorted()).toEqual([
      'kinesis:PutRecords',
      's3:GetObject',
      's3:GetObject',
      's3:GetObject',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucket',
      's3:ListBucket',
      's3:PutObject',
      's3:PutObject',
      'sqs:DeleteMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:ReceiveMessage',
    ]);
    expect(
      allowed
        .map(([target]) => target)
        .filter((target) => /s3:::/.test(target))
        .toSorted(),
    ).toEqual(['arn:aws:s3:::exports', 'arn:aws:s3:::exports/*', 'arn:aws:s3:::trail', 'arn:aws:s3:::trail/*']);
  });

  it('takes no bucket with a capital in its name', () => {
    expect(() =>
      parseStages({ prod: { region: 'us-east-1', alertEmails: [], ingest: { buckets: ['Trail'] } } }, 'stages.json'),
    ).toThrow(/prod\.ingest.* must be/);
  });
});
