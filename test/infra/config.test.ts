import { describe, expect, it } from 'vitest';
import { ConfigError, parseStages, readStages } from '../../infra/config.ts';

const stage = (fields: Readonly<Record<string, unknown>>) => ({
  prod: { region: 'us-east-1', alertEmails: [], ...fields },
});

const busIn = (region: string) => `arn:aws:events:${region}:999999999999:event-bus/siem`;
const secretIn = (region: string, account: string) => `arn:aws:secretsmanager:${region}:${account}:secret:slack-a1b2c3`;

/** The sentences that a wrong file is answered with. */
function sentencesFor(value: unknown): readonly string[] {
  try {
    parseStages(value, 'stages.json');
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the stages file', () => {
  it('fills in everything that may be left out', () => {
    const [parsed] = parseStages(stage({ alertEmails: ['a@example.com'] }), 'stages.json');

    expect(parsed).toEqual({
      stage: 'prod',
      region: 'us-east-1',
      alertEmails: ['a@example.com'],
      alarmEmails: ['a@example.com'],
      securityHub: false,
      stream: { mode: 'on-demand' },
      archiveDays: 35,
      logRetentionDays: 90,
      quietStreamHours: 1,
      sources: {},
      removalPolicy: 'retain',
      writerRoleArns: [],
      outsideAnalysts: false,
      runbookUrl: 'docs/runbook.md',
      settings: {},
    });
  });

  it('keeps several stages apart, in their order', () => {
    const stages = parseStages({ ...stage({}), dev: { region: 'eu-west-1', alertEmails: [] } }, 'stages.json');

    expect(stages.map(({ stage: name, region }) => [name, region])).toEqual([
      ['prod', 'us-east-1'],
      ['dev', 'eu-west-1'],
    ]);
  });

  it('takes an address of cases, such as that of the item in the console of DynamoDB', () => {
    const console =
      'https://us-east-1.console.aws.amazon.com/dynamodbv2/home?region=us-east-1#edit-item?itemMode=2&pk=case%23{case}&route=ROUTE_ITEM_EXPLORER&sk=&table=borderwatch-prod-cases';

    expect(parseStages(stage({ caseUrl: console }), 'stages.json')).toMatchObject([{ caseUrl: console }]);
  });

  it('as committed is valid', () => {
    expect(readStages('infra/stages.json').map(({ stage: name }) => name)).toEqual(['prod']);
  });

  it.each([
    ['prod.region is missing; it must be a commercial AWS region such as us-east-1.', { prod: { alertEmails: [] } }],
    ['prod.region is "Virginia"; it must be a commercial AWS region such as us-east-1.', stage({ region: 'Virginia' })],
    ...['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'eusc-de-east-1'].map(
      (region): [string, unknown] => [
        `prod.region is "${region}"; it must be a commercial AWS region such as us-east-1.`,
        stage({ region }),
      ],
    ),
    ['prod.account is 123456789012; it must be twelve digits.', stage({ account: 123456789012 })],
    ['prod.alertEmails is missing; it must be a list of email addresses.', { prod: { region: 'us-east-1' } }],
    ['prod.alertEmails.1 is "b"; it must be an email address.', stage({ alertEmails: ['a@example.com', 'b'] })],
    ['prod.archiveDays is 0; it must be a whole number of days from 1 to 3650.', stage({ archiveDays: 0 })],
    ...[
      'http://cases.example.com/{case}',
      'https://cases.example.com/',
      'https://{case}.example.com/{case}',
      'https://cases.example.com/{id}/{case}',
      'https://me:pass@cases.example.com/{case}',
    ].map((caseUrl): [string, unknown] => [
      `prod.caseUrl is "${caseUrl}"; it must be an https address with {case} where the id of the case belongs, such as https://cases.example.com/{case}.`,
      stage({ caseUrl }),
    ]),
    ['prod.quietStreamHours is 25; it must be a whole number of hours from 1 to 24.', stage({ quietStreamHours: 25 })],
    [
      'prod.sources.okta.quietHours is 25; it must be a whole number of hours from 1 to 24.',
      stage({ sources: { okta: { quietHours: 25 } } }),
    ],
    [
      'prod.sources.a b is "a b"; it must be a name of up to 64 letters, digits, dots, dashes and underscores.',
      stage({ sources: { 'a b': {} } }),
    ],
    ['prod.removalPolicy is "keep"; it must be "retain" or "destroy".', stage({ removalPolicy: 'keep' })],
    [
      'prod.stream.shards is missing; it must be a whole number of shards from 1 to 500.',
      stage({ stream: { mode: 'provisioned' } }),
    ],
    [
      'prod.stream is {"mode":"fast"}; it must be { "mode": "on-demand" } or { "mode": "provisioned", "shards": 2 }.',
      stage({ stream: { mode: 'fast' } }),
    ],
    [
      'prod.writerRoleArns.0 is "security"; it must be the ARN of an IAM role, such as arn:aws:iam::111122223333:role/security.',
      stage({ writerRoleArns: ['security'] }),
    ],
    [
      'prod.settings.alerts-per-day is "0": not a number from 0.001 to 100000.',
      stage({ settings: { 'alerts-per-day': '0' } }),
    ],
    ['prod.settings.alert-per-day is "2": no such setting.', stage({ settings: { 'alert-per-day': '2' } })],
    [
      'prod.settings.alerts-per-day is 2; it must be a text, as Parameter Store holds it.',
      stage({ settings: { 'alerts-per-day': 2 } }),
    ],
    [
      `prod.slackWebhookSecretArn is "${secretIn('eu-west-1', '111122223333')}"; it must be a secret in the stage's region, us-east-1.`,
      stage({ slackWebhookSecretArn: secretIn('eu-west-1', '111122223333') }),
    ],
    [
      `prod.slackWebhookSecretArn is "${secretIn('us-east-1', '999999999999')}"; it must be a secret of the stage's account, 111122223333.`,
      stage({ account: '111122223333', slackWebhookSecretArn: secretIn('us-east-1', '999999999999') }),
    ],
    [
      `prod.ingest.webhookSecretArn is "${secretIn('eu-west-1', '111122223333')}"; it must be a secret in the stage's region, us-east-1.`,
      stage({ ingest: { url: 'webhook', webhookSecretArn: secretIn('eu-west-1', '111122223333') } }),
    ],
    [
      `prod.findingsEventBusArn is "${busIn('eu-west-1')}"; it must be an event bus in the stage's region, us-east-1.`,
      stage({ account: '111122223333', findingsEventBusArn: busIn('eu-west-1') }),
    ],
    ['prod is "us-east-1"; it must be an object.', { prod: 'us-east-1' }],
  ])('answers: %s', (sentence, value) => {
    expect(sentencesFor(value)).toEqual([`stages.json: ${sentence}`]);
  });

  it('takes as many addresses for alerts as the environment of a function holds', () => {
    const withAddresses = (count: number) =>
      stage({ alertEmails: Array.from({ length: count }, (_, i) => `a-${String(i).padStart(3, '0')}@example.com`) });

    expect(sentencesFor(withAddresses(166))).toEqual([]);
    expect(sentencesFor(withAddresses(167))[0]).toMatch(
      /^stages\.json: prod\.alertEmails is .* must be a list of at most 3000 characters, as many as fit into the environment of a function\.$/,
    );
  });

  it('hands findings to the bus of another account, in its own region', () => {
    expect(sentencesFor(stage({ account: '111122223333', findingsEventBusArn: busIn('us-east-1') }))).toEqual([]);
  });

  it('takes twenty buckets and no more, since the role that reads them has one policy', () => {
    const withBuckets = (count: number) =>
      stage({ ingest: { buckets: Array.from({ length: count }, (_, i) => `trail-${i}`) } });

    expect(sentencesFor(withBuckets(20))).toEqual([]);
    expect(sentencesFor(withBuckets(21))[0]).toMatch(
      /^stages\.json: prod\.ingest\.buckets is .* must be a list of at most 20 buckets, as many as fit into the policy of a role\.$/,
    );
  });

  it('names an unknown value and what there is', () => {
    const [sentence] = sentencesFor(stage({ regoin: 'us-east-1' }));

    expect(sentence).toMatch(/^stages\.json: prod\.regoin is not known; a stage has account, region, alertEmails, /);
  });

  it('names every wrong value at once', () => {
    const sentences = sentencesFor({ prod: { region: 1 }, dev: { region: 'us-east-1', alertEmails: 'a@example.com' } });

    expect(sentences.map((sentence) => sentence.split(' ')[1])).toEqual([
      'prod.region',
      'prod.alertEmails',
      'dev.alertEmails',
    ]);
  });

  it('refuses a stage whose name would not fit into the names of its resources', () => {
    expect(sentencesFor({ 'a-very-long-stage': stage({}).prod })[0]).toContain('"a-very-long-stage" is no stage');
  });

  it.each([[{}], [[]], [null], ['prod']])('must hold a stage: %j', (value) => {
    expect(sentencesFor(value)[0]).toContain('must hold an object with one stage at least');
  });

  it('names the file that it can not read', () => {
    expect(() => readStages('infra/no-such-file.json')).toThrow(/^infra\/no-such-file\.json can't be read: ENOENT/);
  });
});
