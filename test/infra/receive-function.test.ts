import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { parseStages } from '../../infra/config.ts';
import { SYNTHESIS_TIMEOUT, statementsOf, synthesise, targetOf } from './synthesised-stack.ts';

const webhookSecretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:webhook-a1b2c3';
const open = synthesise({ ingest: { cloudTrail: true, buckets: ['trail'], url: 'webhook', webhookSecretArn } });
const byIam = synthesise({ ingest: { url: 'iam' } });

const functionOf = ({ named }: typeof open, name: string) =>
  named('AWS::Lambda::Function', 'FunctionName', `borderwatch-prod-${name}`);

/** What receive may do, by what it may do it to. */
const allowedIn = ({ ofType }: typeof open) =>
  ofType('AWS::IAM::ManagedPolicy')
    .filter(({ id }) => id.startsWith('ReceiveRole'))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .filter(({ actions }) => !/^(kms|logs|xray)/.test(actions[0] ?? ''))
    .flatMap(({ actions, resources }) =>
      resources.map((resource) => [targetOf(resource).replace(/[0-9A-F]{8}(?=$|\/)/, ''), ...actions]),
    )
    .toSorted();

const OWN_RIGHTS = [
  ['AccessesStream', 'kinesis:PutRecords'],
  ['EvidenceBucket', 's3:ListBucket'],
  ['EvidenceBucket/quarantine/*', 's3:PutObject'],
  ['EvidenceBucket/reference/*', 's3:GetObject'],
];

describe('the function behind a stage’s URL', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it.each([
    ['an open URL, beside queues', open],
    ['a URL for whom IAM lets in', byIam],
  ])('breaks no security rule with %s', (_, { app }) => {
    for (const Pack of [AwsSolutionsChecks, NIST80053R5Checks])
      expect(new Pack(app).validateScope(app).violations).toEqual([]);
  });

  it.each([
    ['anybody may call it', open],
    ['IAM says who may', byIam],
  ])('has a concurrency of its own, so that a flood takes that of nobody else: %s', (_, stack) => {
    const url = stack.only('AWS::Lambda::Url', 'Receive');
    const receive = functionOf(stack, 'receive');

    expect(targetOf(url.properties.TargetFunctionArn ?? '')).toBe(receive.id);
    expect(receive.properties.ReservedConcurrentExecutions).toBe(10);
  });

  it('is behind no queue, and the function that is has no URL', () => {
    const consumers = open
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => targetOf(properties.FunctionName ?? ''));
    const urls = open.ofType('AWS::Lambda::Url').map(({ properties }) => targetOf(properties.TargetFunctionArn ?? ''));

    expect(consumers).toContain(functionOf(open, 'ingest').id);
    expect(consumers).not.toContain(functionOf(open, 'receive').id);
    expect(urls).toContain(functionOf(open, 'receive').id);
    expect(urls).not.toContain(functionOf(open, 'ingest').id);
  });

  it('is all that a stage with a URL alone needs to take records in', () => {
    const names = byIam.ofType('AWS::Lambda::Function').map(({ properties }) => properties.FunctionName);

    expect(names).toContain('borderwatch-prod-receive');
    expect(names).not.toContain('borderwatch-prod-ingest');
  });

  it('may write to the stream, put aside, look names up, and nothing else; the secret it may read where it needs it', () => {
    expect(allowedIn(byIam)).toEqual(OWN_RIGHTS);
    expect(allowedIn(open)).toEqual([...OWN_RIGHTS, [webhookSecretArn, 'secretsmanager:GetSecretValue']]);
  });

  it('is open to webhooks only where the stage has their secret, by both of the permissions that Lambda asks for', () => {
    const permissions = ({ ofType }: typeof open) =>
      ofType('AWS::Lambda::Permission')
        .filter(({ properties }) => properties.Principal === '*')
        .map(({ properties: { FunctionName, Action, FunctionUrlAuthType = null, InvokedViaFunctionUrl = null } }) => [
          targetOf(FunctionName ?? ''),
          Action,
          FunctionUrlAuthType,
          InvokedViaFunctionUrl,
        ]);
    const receive = functionOf(open, 'receive').id;

    expect(open.only('AWS::Lambda::Url', 'Receive').properties.AuthType).toBe('NONE');
    expect(permissions(open)).toEqual([
      [receive, 'lambda:InvokeFunctionUrl', 'NONE', null],
      [receive, 'lambda:InvokeFunction', null, true],
    ]);
    expect(byIam.only('AWS::Lambda::Url', 'Receive').properties.AuthType).toBe('AWS_IAM');
    expect(permissions(byIam)).toEqual([]);
  });

  it('has a policy for those whom IAM lets in', () => {
    const policy = byIam.named('AWS::IAM::ManagedPolicy', 'ManagedPolicyName', 'borderwatch-prod-receive-caller');

    expect(
      statementsOf(policy.properties.PolicyDocument).map(({ actions, condition }) => [actions, condition]),
    ).toEqual([
      [['lambda:InvokeFunctionUrl'], { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
      [['lambda:InvokeFunction'], { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
    ]);
  });

  it.each([
    ['webhooks without a secret', { url: 'webhook' }],
    ['a secret without webhooks', { url: 'iam', webhookSecretArn }],
  ])('is refused at synthesis: %s', (_, sources) => {
    expect(() =>
      parseStages({ prod: { region: 'us-east-1', alertEmails: [], ingest: sources } }, 'stages.json'),
    ).toThrow(/prod\.ingest.* must be/);
  });
});
