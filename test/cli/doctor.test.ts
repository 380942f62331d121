import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/borderwatch.ts';
import { canBeAsked, note } from '../../cli/doctor/check.ts';
import { deploymentNames } from '../../cli/doctor/deployment-names.ts';
import { expectedAlarms } from '../../cli/doctor/expected-alarms.ts';
import { alarms, canary } from '../../cli/doctor/operation-checks.ts';
import { judgeSecret } from '../../cli/doctor/slack-secret.ts';
import { readStageConfiguration, type StageConfiguration } from '../../cli/doctor/stage-configuration.ts';
import { tellingChecks } from '../../cli/doctor/telling-checks.ts';
import { judgeAddresses } from '../../cli/doctor/topic-mail.ts';
import { createLocalClients, type LocalClients } from '../../infra/local/clients.ts';
import { startEmulators } from '../../infra/local/emulators.ts';
import { type Provisioned, provision } from '../../infra/local/provision.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { aRow } from '../factories/an-access.ts';

let clients: LocalClients;
let resources: Provisioned;
let stop: () => Promise<void>;

beforeAll(async () => {
  const emulators = await startEmulators();
  for (const [name, value] of Object.entries(emulators.environment)) vi.stubEnv(name, value);
  clients = createLocalClients(emulators.environment);
  resources = await provision(emulators.environment, { subjectKey: 'secret', shards: 1 });
  stop = emulators.stop;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  clients.destroy();
  await stop();
});

/** A stage that tells nobody and takes nothing in. */
const A_STAGE: StageConfiguration = {
  alertEmails: [],
  alarmEmails: [],
  slackWebhookSecretArn: undefined,
  ingest: undefined,
  findings: false,
  sources: [],
};

async function doctor(...args: readonly string[]) {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const code = await main(['doctor', ...args], { stdout: { write }, stderr: { write } });
  const lines = text.trimEnd().split('\n');
  return { code, lines, about: (name: string) => lines.find((line) => line.slice(8).startsWith(`${name}:`)) ?? '' };
}

describe('borderwatch doctor on the local stack', () => {
  it('has a line for each check, and the remedy for what is wrong', async () => {
    const { code, lines, about } = await doctor();

    expect(code).toBe(1);
    expect(about('stream accesses')).toMatch(/^ok .*ACTIVE, 1 open shards, keeps 24 hours$/);
    for (const table of ['baselines', 'links', 'linkLog', 'directory', 'cases'])
      expect(about(`table ${table}`)).toMatch(/^ok .*ACTIVE$/);
    expect(about('directory')).toMatch(/^WRONG .*everybody counts as unknown$/);
    expect(lines[lines.indexOf(about('directory')) + 1]).toBe('        do: borderwatch directory import FILE.csv');
    expect(about('snapshot')).toMatch(/^WRONG .*there is none$/);
    expect(about('settings')).toMatch(/^note .*no policy on approvals is set/);
    expect(about('queue alerts-dead-letter.fifo')).toMatch(/^ok .*empty$/);
    expect(lines.at(-1)).toMatch(/^2 of \d+ checks found something wrong$/);
  });

  it('skips what one machine has nothing of, with the reason', async () => {
    const { lines } = await doctor();

    const skipped = lines.filter((line) => line.startsWith('skipped'));
    expect(skipped.map((line) => line.slice(8))).toEqual([
      'detect reads the stream: the local stack has nothing of the kind',
      'archive reads the stream: the local stack has nothing of the kind',
      'notify reads the queue: the local stack has nothing of the kind',
      'mail of topic alarms: the local stack has nothing of the kind',
      'canary: the local stack has nothing of the kind',
      'alarms: the local stack has nothing of the kind',
    ]);
  });

  it('finds nothing wrong once directory and snapshot are there', async () => {
    const client = makeDynamoClient();
    const references = createDynamoReferenceStore({ call: callsThrough(client), tableName: resources.directoryTable });
    await publishDirectory(references, [], Date.now());
    const withoutPeople = await doctor();
    await publishDirectory(references, [aRow()], Date.now());
    await references.put('snapshot-1', new Uint8Array([1]));
    await references.publish('snapshot', Date.now(), 'snapshot-1');

    const { code, lines, about } = await doctor();

    expect(withoutPeople.about('directory')).toMatch(/^WRONG .*everybody counts as unknown$/);
    expect(lines.filter((line) => line.startsWith('WRONG'))).toEqual([]);
    expect(about('directory')).toContain('people in it: 1, in force since ');
    expect(code).toBe(0);
    client.destroy();
  });

  it('names a setting that was refused, and where nobody is told', async () => {
    const name = `${resources.settingsPath}/alerts-per-day`;
    const put = (Name: string, Value: string) =>
      clients.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    await put(name, 'many');
    const refused = await doctor();
    await put(name, '2');
    await put(`${resources.settingsPath}/mode`, 'shadow');
    const shadowed = await doctor();
    await put(`${resources.settingsPath}/mode`, 'live');

    expect(refused.about('settings')).toContain('alerts-per-day = many: not a number from 0.001 to 100000');
    expect(shadowed.about('settings')).toContain('mode is shadow');
  });

  it('finds settings wrong under which nobody hears of anything, for every reason', async () => {
    const put = (name: string, Value: string) =>
      clients.ssm.send(
        new PutParameterCommand({ Name: `${resources.settingsPath}/${name}`, Value, Type: 'String', Overwrite: true }),
      );
    await put('protected-regions', 'none');
    await put('alerts-per-day', '0.001');
    const silenced = await doctor();
    await put('protected-regions', 'US');
    await put('alerts-per-day', '2');

    expect(silenced.code).toBe(1);
    expect(silenced.about('settings')).toMatch(/^WRONG .*protected-regions is empty.*; alerts-per-day is 0\.001/);
    expect(silenced.lines[silenced.lines.indexOf(silenced.about('settings')) + 1]).toBe(
      '        do: see docs/runbook.md#settings-silence-alerts',
    );
  });

  it('counts alerts that could not be told', async () => {
    await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: resources.alertDeadLetterQueueUrl,
        MessageBody: '{}',
        MessageGroupId: 'alerts',
        MessageDeduplicationId: '1',
      }),
    );

    expect((await doctor()).about('queue alerts-dead-letter.fifo')).toContain('1 alerts could not be told');
  });

  it('finds mail that was not confirmed with authenticated unsubscribe', async () => {
    await clients.sns.send(
      new SubscribeCommand({ TopicArn: resources.alertTopicArn, Protocol: 'email', Endpoint: 'a@example.com' }),
    );

    expect((await doctor()).about('mail of topic alerts')).toMatch(/^WRONG .*a@example\.com/);
  });

  it('finds the region as the SDK does, with no variable for it', async () => {
    const config = join(await mkdtemp(join(tmpdir(), 'borderwatch-')), 'config');
    await writeFile(config, '[default]\nregion = us-east-1\n');
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_REGION', undefined);

    const { about } = await doctor();

    vi.stubEnv('AWS_REGION', 'us-east-1');
    await rm(dirname(config), { recursive: true });
    expect(about('settings')).toMatch(/^note .*no policy on approvals is set/);
  });

  it('finds a reader of the stream whose mapping somebody disabled', async () => {
    // Lambda is no part of the local stack; of its API this is all that is asked here.
    const lambda = createServer(({ url = '' }, response) => {
      const functionName = new URL(url, 'http://lambda').searchParams.get('FunctionName');
      const state = functionName === 'archive' ? 'Disabled' : 'Enabled';
      const mapping = { UUID: '1', State: state, StateTransitionReason: 'USER_INITIATED' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ EventSourceMappings: functionName === 'notify' ? [] : [mapping] }));
    });
    await once(lambda.listen(0, '127.0.0.1'), 'listening');
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`);

    const { about } = await doctor();

    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
    lambda.closeAllConnections();
    lambda.close();
    expect(about('detect reads the stream')).toMatch(/^ok /);
    expect(about('archive reads the stream')).toMatch(/^WRONG .*its mapping is Disabled: USER_INITIATED$/);
    expect(about('notify reads the queue')).toMatch(/^WRONG .*notify has no event source mapping$/);
  });

  it('says which part of a stage it can not look at', async () => {
    const { code, about } = await doctor('--stage', 'prod');

    expect(code).toBe(1);
    expect(about('stream borderwatch-prod-accesses')).toContain('could not be looked at: ResourceNotFoundException');
  });

  it('is told what it can do nothing with', async () => {
    expect((await doctor('--stage', 'No Stage')).code).toBe(2);
    expect((await doctor('prod')).code).toBe(2);
  });
});

describe('what a stage wants and who is told', () => {
  const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:slack-a1b2c3';
  const examine = (name: string, configuration: StageConfiguration) =>
    tellingChecks(deploymentNames('test'), configuration)
      .find((check) => check.name === name)
      ?.run();
  const ALERTS = 'mail of topic borderwatch-test-alerts';
  const ALARMS = 'mail of topic borderwatch-test-alarms';
  beforeAll(async () => {
    for (const Name of ['borderwatch-test-alerts', 'borderwatch-test-alarms'])
      await clients.sns.send(new CreateTopicCommand({ Name }));
  });

  it('is worth a note where nobody gets alerts by mail, and wrong where nobody gets alarms', async () => {
    expect(await examine(ALERTS, A_STAGE)).toMatchObject({ state: 'note', says: 'nobody is told by mail' });
    expect(await examine(ALARMS, A_STAGE)).toMatchObject({ state: 'wrong', says: 'nobody is told by mail' });
  });

  it.each([
    [ALERTS, { ...A_STAGE, alertEmails: ['gone@example.com'] }],
    [ALARMS, { ...A_STAGE, alarmEmails: ['gone@example.com'] }],
  ])('is wrong where an address is gone: %s', async (name, configuration) => {
    expect(await examine(name, configuration)).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('gone@example.com'),
      remedy: expect.stringContaining('--notification-endpoint gone@example.com'),
    });
  });

  it('subscribes an address again as the stack and the runbook do', async () => {
    const remedyOf = async (name: string) => {
      const gone = await examine(name, { ...A_STAGE, alertEmails: ['a@example.com'], alarmEmails: ['a@example.com'] });
      return gone && 'remedy' in gone ? gone.remedy : '';
    };
    const attributes = `--attributes '{"FilterPolicy":"{\\"quietOnEmail\\":[{\\"exists\\":false}]}"}'`;

    expect(await remedyOf(ALERTS)).toContain(attributes);
    expect(await remedyOf(ALARMS)).not.toContain('--attributes');
    expect(await readFile('docs/runbook.md', 'utf8')).toContain(attributes);
  });

  it('finds a webhook’s secret, or that there is none', async () => {
    const name = 'secret of the Slack webhook';
    const { ARN = '' } = await clients.secretsManager.send(
      new CreateSecretCommand({ Name: 'slack', SecretString: 'https://hooks.example.com/1' }),
    );

    expect(await examine(name, { ...A_STAGE, slackWebhookSecretArn: ARN })).toMatchObject({ state: 'ok' });
    await expect(examine(name, { ...A_STAGE, slackWebhookSecretArn: secretArn })).rejects.toThrow(/can't find/);
    expect(examine(name, A_STAGE)).toBeUndefined();
  });

  it.each([
    ['is being deleted', { DeletedDate: new Date(0) }, 'wrong'],
    ['is under a key of its own', { KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1' }, 'wrong'],
    ['is empty', { VersionIdsToStages: {} }, 'wrong'],
    ['is under the service’s key by name', { KmsKeyId: 'alias/aws/secretsmanager' }, 'ok'],
  ])('knows a secret that %s', (_, changes, state) => {
    const described = { VersionIdsToStages: { v1: ['AWSCURRENT'] }, ...changes };

    expect(judgeSecret(described, secretArn).state).toBe(state);
  });

  it('takes addresses out of the stages file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'borderwatch-'));
    const file = join(folder, 'stages.json');
    await writeFile(file, JSON.stringify({ prod: { region: 'us-east-1', alertEmails: ['a@example.com'] } }));

    const found = readStageConfiguration(file, 'prod');
    const others = [readStageConfiguration(file, 'dev'), readStageConfiguration(join(folder, 'none.json'), 'prod')];
    await writeFile(file, '{');

    expect(found).toEqual({ ...A_STAGE, alertEmails: ['a@example.com'], alarmEmails: ['a@example.com'] });
    expect(others).toEqual([undefined, undefined]);
    expect(() => readStageConfiguration(file, 'prod')).toThrow(/can't be read/);
    await rm(folder, { recursive: true });
  });
});

describe('mail that is subscribed', () => {
  const FILTER = '{"quietOnEmail":[{"exists":false}]}';
  const UNFILTERED = 'a@example.com is not mailed what it should be';
  let stages = 0;

  /** A stage with one subscription, confirmed, to one of its topics. @returns its ARN, and what doctor finds of that topic */
  async function aSubscription(
    topic: 'alerts' | 'alarms',
    wanted: readonly string[],
    Attributes?: Record<string, string>,
  ) {
    const stage = `mail-${++stages}`;
    const name = `borderwatch-${stage}-${topic}`;
    const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: name }));
    const subscription = { TopicArn, Protocol: 'email', Endpoint: 'a@example.com', Attributes };
    const { SubscriptionArn: arn } = await clients.sns.send(new SubscribeCommand(subscription));
    // The emulator's tokens are the subscriptions themselves.
    await clients.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: arn }));
    const configuration = { ...A_STAGE, alertEmails: wanted, alarmEmails: wanted };
    const check = tellingChecks(deploymentNames(stage), configuration).find((each) => each.name.endsWith(name));
    return { arn, found: await check?.run() };
  }

  it.each([
    ['alerts', { FilterPolicy: FILTER }],
    ['alerts', { FilterPolicy: '{ "quietOnEmail": [ { "exists": false } ] }', FilterPolicyScope: 'MessageAttributes' }],
    ['alarms', undefined],
  ] as const)('is right as the stack subscribes it: %s %j', async (topic, attributes) => {
    const { found } = await aSubscription(topic, ['a@example.com'], attributes);

    expect(found).toEqual({ state: 'ok', says: '1 addresses, confirmed with authenticated unsubscribe' });
  });

  it.each([
    ['alerts', 'alertEmails'],
    ['alarms', 'alarmEmails'],
  ] as const)('is wrong where nobody configured it: %s', async (topic, field) => {
    const { arn, found } = await aSubscription(topic, []);

    expect(found).toEqual({
      state: 'wrong',
      says: `a@example.com is subscribed and not in ${field}`,
      remedy: `aws sns unsubscribe --subscription-arn ${arn}`,
    });
  });

  it.each([
    ['alerts', undefined, `FilterPolicy --attribute-value '${FILTER}'`],
    ['alerts', { FilterPolicy: '{"severity":["none"]}' }, `FilterPolicy --attribute-value '${FILTER}'`],
    [
      'alerts',
      { FilterPolicy: FILTER, FilterPolicyScope: 'MessageBody' },
      'FilterPolicyScope --attribute-value MessageAttributes',
    ],
    ['alarms', { FilterPolicy: FILTER }, "FilterPolicy --attribute-value '{}'"],
  ] as const)('is wrong where it leaves out what it should not: %s %j', async (topic, attributes, value) => {
    const { arn, found } = await aSubscription(topic, ['a@example.com'], attributes);

    expect(found).toEqual({
      state: 'wrong',
      says: expect.stringContaining(UNFILTERED),
      remedy: `aws sns set-subscription-attributes --attribute-name ${value} --subscription-arn ${arn}`,
    });
  });
});

describe('what SNS lists for a topic', () => {
  const TOPIC = 'arn:aws:sns:us-east-1:000000000000:borderwatch-test-alerts';
  const CONFIRMED = `${TOPIC}:1`;
  const judge = (listed: readonly (readonly [string, string])[], wanted: readonly string[] | undefined) =>
    judgeAddresses(
      listed.map(([Endpoint, SubscriptionArn]) => ({ Endpoint, SubscriptionArn })),
      TOPIC,
      { topic: 'borderwatch-test-alerts', field: 'alertEmails', wanted, filter: {}, nobody: note },
    );

  it.each([
    [
      'ended and was subscribed again',
      [
        ['a', 'Deleted'],
        ['a', CONFIRMED],
      ],
      ['a'],
    ],
    [
      'ended and was subscribed again, of a stage that is configured elsewhere',
      [
        ['a', 'Deleted'],
        ['a', CONFIRMED],
      ],
      undefined,
    ],
    [
      'ended and nobody wants it',
      [
        ['b', 'Deleted'],
        ['a', CONFIRMED],
      ],
      ['a'],
    ],
    [
      'was never confirmed and nobody wants it',
      [
        ['b', 'PendingConfirmation'],
        ['a', CONFIRMED],
      ],
      ['a'],
    ],
  ] as const)('is right where an address %s', (_, listed, wanted) => {
    expect(judge(listed, wanted)).toBeUndefined();
  });

  it.each([
    ['ended', [['a', 'Deleted']], ['a'], 'a is Deleted'],
    ['ended, of a stage that is configured elsewhere', [['a', 'Deleted']], undefined, 'a is Deleted'],
    [
      'was not confirmed',
      [
        ['b', CONFIRMED],
        ['a', 'PendingConfirmation'],
      ],
      ['a', 'b'],
      'a is PendingConfirmation',
    ],
    [
      'is one too many',
      [
        ['a', CONFIRMED],
        ['b', CONFIRMED],
      ],
      ['a'],
      'b is subscribed and not in alertEmails',
    ],
  ] as const)('is wrong where an address %s', (_, listed, wanted, says) => {
    expect(judge(listed, wanted)).toMatchObject({ state: 'wrong', says });
  });

  it('is nobody where only strangers were asked', () => {
    expect(judge([['b', 'PendingConfirmation']], [])).toMatchObject({ state: 'note', says: 'nobody is told by mail' });
  });
});

describe('the alarms of a deployment', () => {
  const PREFIX = 'borderwatch-prod-';
  const TOPIC = 'borderwatch-prod-alarms';
  const expected = expectedAlarms(PREFIX, A_STAGE);
  const anAlarm = (AlarmName: string, changes = {}) => ({
    AlarmName,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${AlarmName}`,
    StateValue: 'OK' as const,
    ActionsEnabled: true,
    AlarmActions: [`arn:aws:sns:us-east-1:111122223333:${TOPIC}`],
    ...changes,
  });
  const silent = `${PREFIX}the-canary-is-silent`;
  /** All that there should be, one of them changed. */
  const withOne = (changes: object) =>
    expected.names.map((name) => anAlarm(name, name === `${PREFIX}detection-fails` ? changes : {}));

  it.each([
    ['sings', [anAlarm(silent)], 'ok'],
    ['is silent', [anAlarm(silent, { StateValue: 'ALARM' })], 'wrong'],
    ['has not sung yet', [anAlarm(silent, { StateValue: 'INSUFFICIENT_DATA' })], 'wrong'],
    ['has nobody who listens', [anAlarm(`${PREFIX}detection-fails`)], 'wrong'],
  ])('say whether the canary %s', (_, found, state) => {
    expect(canary(found, PREFIX).state).toBe(state);
  });

  it.each([
    ['ringing', { StateValue: 'ALARM' }, 'these ring: borderwatch-prod-detection-fails'],
    ['told to nobody', { ActionsEnabled: false }, `these do not tell the topic ${TOPIC}: ${PREFIX}detection-fails`],
    ['without a receiver', { AlarmActions: [] }, `these do not tell the topic ${TOPIC}: ${PREFIX}detection-fails`],
    [
      'told to another topic',
      { AlarmActions: [`arn:aws:sns:us-east-1:111122223333:${PREFIX}alerts`] },
      `these do not tell the topic ${TOPIC}: ${PREFIX}detection-fails`,
    ],
    [
      'told to a topic of the same name in another account',
      { AlarmActions: [`arn:aws:sns:us-east-1:999999999999:${TOPIC}`] },
      `these do not tell the topic ${TOPIC}: ${PREFIX}detection-fails`,
    ],
  ])('are wrong where one is %s', (_, changes, says) => {
    expect(alarms(withOne(changes), expected, TOPIC)).toMatchObject({ state: 'wrong', says });
  });

  it('are right where all are there and quiet', () => {
    expect(alarms(withOne({}), expected, TOPIC)).toMatchObject({
      state: 'ok',
      says: `${expected.names.length}, all quiet`,
    });
  });

  it('are missed when they are gone', () => {
    const left = withOne({}).filter(({ AlarmName }) => AlarmName !== silent);

    expect(alarms(left, expected, TOPIC)).toMatchObject({ state: 'wrong', says: `these are not there: ${silent}` });
    expect(alarms([], expected, TOPIC)).toMatchObject({ state: 'wrong', says: 'there are none' });
  });

  it('are not those of a stage whose name goes on where this one’s ends', () => {
    const other = anAlarm('borderwatch-prod-eu-detection-fails', { StateValue: 'ALARM' });

    expect(alarms([...withOne({}), other], expected, TOPIC).state).toBe('ok');
    expect(alarms([other], expected, TOPIC)).toMatchObject({ says: 'there are none' });
  });

  it('are judged, and not missed, where what they are for is configured elsewhere', () => {
    const unknown = expectedAlarms(PREFIX, undefined);
    const slack = anAlarm(`${PREFIX}slack-refuses-alerts`, { StateValue: 'ALARM' });
    const source = anAlarm(`${PREFIX}a-source-is-silent-okta`, { ActionsEnabled: false });

    expect(unknown.names).toEqual(expected.names);
    expect(alarms([...withOne({}), slack], unknown, TOPIC).state).toBe('wrong');
    expect(alarms([...withOne({}), source], unknown, TOPIC).state).toBe('wrong');
  });
});

describe('a service', () => {
  it.each([
    ['LAMBDA', {}, true],
    ['LAMBDA', { AWS_ENDPOINT_URL_SQS: 'http://a' }, false],
    ['SQS', { AWS_ENDPOINT_URL_SQS: 'http://a' }, true],
    ['LAMBDA', { AWS_ENDPOINT_URL_SQS: 'http://a', AWS_ENDPOINT_URL: 'http://b' }, true],
  ])('%s is asked with %j: %s', (service, variables, asked) => {
    expect(canBeAsked(service, variables)).toBe(asked);
  });
});
