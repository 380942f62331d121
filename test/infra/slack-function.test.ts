import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { PATIENCE_MS } from '../../functions/slack/slack.ts';
import { SYNTHESIS_TIMEOUT, synthesise } from './synthesised-stack.ts';

const slackWebhookSecretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack/alerts-a1b2c3';

interface PolicyDocument {
  readonly Statement: readonly { readonly Action: string | string[]; readonly Resource: unknown }[];
}

describe('the Slack function of a stage', { timeout: SYNTHESIS_TIMEOUT }, () => {
  const { app, ofType, named } = synthesise({ slackWebhookSecretArn });
  const slack = named('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-slack');
  const policy = ofType('AWS::IAM::ManagedPolicy').find(({ id }) => id.startsWith('SlackRole'));

  it('is only there where a webhook is configured', () => {
    const names = synthesise()
      .ofType('AWS::Lambda::Function')
      .map(({ properties }) => properties.FunctionName);

    expect(names).not.toContain('borderwatch-prod-slack');
  });

  it('knows where cases are if the stage says so', () => {
    const caseUrl = 'https://cases.example.com/{case}';
    const linked = synthesise({ slackWebhookSecretArn, caseUrl });

    const variables = linked.named('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-slack').properties;
    expect(variables.Environment).toMatchObject({ Variables: { CASE_URL: caseUrl } });
    expect(JSON.stringify(slack.properties.Environment)).not.toContain('CASE_URL');
  });

  it.each([AwsSolutionsChecks, NIST80053R5Checks])('breaks no security rule', (Pack) => {
    expect(new Pack(app).validateScope(app).violations).toEqual([]);
  });

  it('gets alerts, and not what is for mail alone', () => {
    const [subscription, ...others] = ofType('AWS::SNS::Subscription').filter(
      ({ properties }) => properties.Protocol === 'lambda',
    );

    expect(others).toEqual([]);
    expect(subscription?.properties).toMatchObject({
      Endpoint: { 'Fn::GetAtt': [slack.id, 'Arn'] },
      FilterPolicy: { onlyMail: [{ exists: false }], quietOnSlack: [{ exists: false }] },
    });
  });

  it('leaves mail to those whose least severity is reached', () => {
    const mail = ofType('AWS::SNS::Subscription').find(
      ({ properties }) => properties.Endpoint === 'alerts@example.com',
    );

    expect(mail?.properties.FilterPolicy).toEqual({ quietOnEmail: [{ exists: false }] });
  });

  it('is let through the denial that keeps strangers from subscribing', () => {
    const policies = JSON.stringify(ofType('AWS::SNS::TopicPolicy'));

    expect(policies).toContain(
      `"StringNotEquals":{"sns:Endpoint":["alerts@example.com",{"Fn::GetAtt":["${slack.id}","Arn"]}]}`,
    );
  });

  it('keeps what it gave up in an encrypted queue', () => {
    const queue = named('AWS::SQS::Queue', 'QueueName', 'borderwatch-prod-slack-dead');

    expect(queue.properties).toMatchObject({ KmsMasterKeyId: expect.anything(), MessageRetentionPeriod: 1_209_600 });
    expect(ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties)).toContainEqual(
      expect.objectContaining({
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue.id, 'Arn'] } } },
        MaximumRetryAttempts: 2,
      }),
    );
  });

  it('has the time to wait as long as it is patient with Slack', () => {
    expect(slack.properties.Timeout).toBeGreaterThan(PATIENCE_MS / 1000);
  });

  it('may read one secret, publish to one topic and send to one queue', () => {
    const document = policy?.properties.PolicyDocument as unknown as PolicyDocument;
    const statements = document.Statement;
    const actions = statements.flatMap(({ Action }) => Action).sort();

    expect(actions).toEqual([
      'kms:Decrypt',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
      'sns:Publish',
      'sqs:SendMessage',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(statements.find(({ Action }) => Action === 'secretsmanager:GetSecretValue')?.Resource).toBe(
      slackWebhookSecretArn,
    );
  });
});
