import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseStages } from '../../infra/config.ts';
import { type Properties, SYNTHESIS_TIMEOUT, statementsOf, synthesise } from './synthesised-stack.ts';

const findingsEventBusArn = 'arn:aws:events:us-east-1:444455556666:event-bus/security';
const slackWebhookSecretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack/alerts-a1b2c3';
const PRODUCT = 'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default';

const functionNames = (overrides: Readonly<Record<string, unknown>>) =>
  synthesise(overrides)
    .ofType('AWS::Lambda::Function')
    .map(({ properties }) => properties.FunctionName);

describe('the function of a stage that hands findings on', { timeout: SYNTHESIS_TIMEOUT }, () => {
  const { app, ofType, named } = synthesise({ findingsEventBusArn, securityHub: true, slackWebhookSecretArn });
  const findings = named('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-findings');
  const queue = named('AWS::SQS::Queue', 'QueueName', 'borderwatch-prod-findings-dead');
  const statements = (stack: typeof ofType) =>
    stack('AWS::IAM::ManagedPolicy')
      .filter(({ id }) => id.startsWith('FindingsRole'))
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));

  it('is only there where a stage names a destination', () => {
    expect(functionNames({})).not.toContain('borderwatch-prod-findings');
    expect(functionNames({ securityHub: true })).toContain('borderwatch-prod-findings');
  });

  it.each([AwsSolutionsChecks, NIST80053R5Checks])('breaks no security rule', (Pack) => {
    expect(new Pack(app).validateScope(app).violations).toEqual([]);
  });

  it('is told where to, and of nothing else', () => {
    const { Variables } = findings.properties.Environment as Properties;
    const alone = synthesise({ findingsEventBusArn });

    expect(Variables).toMatchObject({
      EVENT_BUS_ARN: findingsEventBusArn,
      SECURITY_HUB: 'on',
      ACCOUNT_ID: '111122223333',
      PARTITION: 'aws',
    });
    expect(statements(ofType).map(({ actions, resources }) => [actions, resources])).toContainEqual([
      ['securityhub:BatchImportFindings'],
      [PRODUCT],
    ]);
    expect(statements(alone.ofType).flatMap(({ actions }) => actions)).not.toContain('securityhub:BatchImportFindings');
    expect(statements(alone.ofType).map(({ actions, resources }) => [actions, resources])).toContainEqual([
      ['events:PutEvents'],
      [findingsEventBusArn],
    ]);
  });

  it('gets alerts of every severity beside Slack, whose filter stays its own, and both may subscribe', () => {
    const filters = ofType('AWS::SNS::Subscription')
      .filter(({ properties }) => properties.Protocol === 'lambda')
      .map(({ properties }) => properties.FilterPolicy);
    const policies = JSON.stringify(ofType('AWS::SNS::TopicPolicy'));
    const slack = named('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-slack');

    expect(filters).toEqual([
      { onlyMail: [{ exists: false }], quietOnSlack: [{ exists: false }] },
      { onlyMail: [{ exists: false }] },
    ]);
    expect(policies).toContain(
      `"sns:Endpoint":["alerts@example.com",{"Fn::GetAtt":["${slack.id}","Arn"]},{"Fn::GetAtt":["${findings.id}","Arn"]}]`,
    );
  });

  it('keeps what was not taken in an encrypted queue, and an alarm rings', () => {
    const alarm = named('AWS::CloudWatch::Alarm', 'AlarmName', 'borderwatch-prod-findings-are-not-delivered');

    expect(queue.properties).toMatchObject({ KmsMasterKeyId: expect.anything(), MessageRetentionPeriod: 1_209_600 });
    expect(ofType('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties)).toContainEqual(
      expect.objectContaining({
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue.id, 'Arn'] } } },
        FunctionName: { Ref: findings.id },
      }),
    );
    expect(JSON.stringify(alarm.properties.Metrics ?? alarm.properties)).toContain(queue.id);
  });

  it('wants a bus by its ARN', () => {
    const parse = () =>
      parseStages({ prod: { region: 'us-east-1', alertEmails: [], findingsEventBusArn: 'security' } }, 'stages.json');

    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow('prod.findingsEventBusArn is "security"; it must be the ARN of an event bus.');
  });
});
