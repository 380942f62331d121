import { SubscribeCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/borderwatch.ts';
import { canBeAsked } from '../../cli/doctor/check.ts';
import { alarms, canary } from '../../cli/doctor/operation-checks.ts';
import { createLocalClients, type LocalClients } from '../../infra/local/clients.ts';
import { startEmulators } from '../../infra/local/emulators.ts';
import { type Provisioned, provision } from '../../infra/local/provision.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
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
    expect(about('table cases')).toMatch(/^ok .*ACTIVE$/);
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
      'notify reads the queue: the local stack has nothing of the kind',
      'canary: the local stack has nothing of the kind',
      'alarms: the local stack has nothing of the kind',
    ]);
  });

  it('finds nothing wrong once directory and snapshot are there', async () => {
    const client = makeDynamoClient();
    const references = createDynamoReferenceStore({ client, tableName: resources.directoryTable });
    await publishDirectory(references, [aRow()], Date.now());
    await references.put('snapshot-1', new Uint8Array([1]));
    await references.publish('snapshot', Date.now(), 'snapshot-1');

    const { code, lines } = await doctor();

    expect(lines.filter((line) => line.startsWith('WRONG'))).toEqual([]);
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

describe('the alarms of a deployment', () => {
  const anAlarm = (name: string, changes = {}) => ({
    AlarmName: `borderwatch-prod-${name}`,
    StateValue: 'OK' as const,
    ActionsEnabled: true,
    AlarmActions: ['arn:aws:sns:us-east-1:111122223333:borderwatch-prod-alarms'],
    ...changes,
  });
  const silent = 'the-canary-is-silent';

  it.each([
    ['sings', [anAlarm(silent)], 'ok'],
    ['is silent', [anAlarm(silent, { StateValue: 'ALARM' })], 'wrong'],
    ['has not sung yet', [anAlarm(silent, { StateValue: 'INSUFFICIENT_DATA' })], 'wrong'],
    ['has nobody who listens', [anAlarm('detection-fails')], 'wrong'],
  ])('say whether the canary %s', (_, found, state) => {
    expect(canary(found, 'borderwatch-prod-').state).toBe(state);
  });

  it.each([
    ['quiet', [anAlarm(silent)], 'ok'],
    ['ringing', [anAlarm(silent), anAlarm('detection-fails', { StateValue: 'ALARM' })], 'wrong'],
    ['told to nobody', [anAlarm(silent, { ActionsEnabled: false })], 'wrong'],
    ['without a receiver', [anAlarm(silent, { AlarmActions: [] })], 'wrong'],
    ['not there', [], 'wrong'],
  ])('are judged when they are %s', (_, found, state) => {
    expect(alarms(found).state).toBe(state);
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
