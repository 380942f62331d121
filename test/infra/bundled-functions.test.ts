import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureOf } from '../../functions/receive/webhook-signature.ts';
import { anAdjudication } from '../../shared/model/adjudication.ts';
import { EXPIRES_AFTER_MS } from '../../shared/model/case.ts';
import { lateLinksOf } from '../../shared/model/late-links.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoHeldWindowStore } from '../../shared/stores/dynamo-held-window-store.ts';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { hourOf } from '../../shared/stores/link-times.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { aRefusal, aSubject } from '../contracts/link-factory.ts';
import { allOf } from '../factories/all-of.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { aStreamRecord } from './bundled/a-stream-record.ts';
import { type BundledStack, SIGNING_SECRET, startBundledStack } from './bundled/bundled-stack.ts';
import { covers, grantedTo, neededByLambda } from './bundled/granted.ts';
import { operationsInBundle } from './bundled/operations-in-bundle.ts';
import type { PermittedCall } from './bundled/permitted-calls.ts';
import { SYNTHESIS_TIMEOUT } from './synthesised-stack.ts';

const MINUTE = 60_000;
const posts: string[] = [];
let slackAnswer = 200;
const webhook = createServer(async (request, response) => {
  posts.push(await text(request));
  response.writeHead(slackAnswer).end();
});

let stack: BundledStack;
const caseStore = () =>
  createDynamoCaseStore({ call: callsThrough(stack.clients.dynamodb), tableName: 'borderwatch-bundle-cases' });
/** What a function URL hands over when e-00042 dismisses a case. */
const aDismissal = (alertId: string) => ({
  body: JSON.stringify({ action: 'resolve', alertId, verdict: 'dismissed', reason: 'a migration that was announced' }),
  isBase64Encoded: false,
  requestContext: { authorizer: { iam: { userArn: 'arn:aws:sts::000000000000:assumed-role/Analyst/e-00042' } } },
});
/** What the alert topic hands a function. */
const aNotification = (message: string) => ({
  Records: [{ Sns: { Message: message, Timestamp: new Date().toISOString() } }],
});
const linkLog = (now = Date.now) =>
  createDynamoLinkLog({ call: callsThrough(stack.clients.dynamodb), tableName: 'borderwatch-bundle-link-log', now });
/** What says that somebody who was refused a user belongs to the look at that user which was noted last. @param lookedAt epoch milliseconds */
async function linkedLate(actorId: string, lookedAt: number) {
  const lately = [Date.now() - MINUTE, Date.now() + MINUTE] as const;
  const refusals = await allOf(linkLog().refusals(...lately));
  const looks = await allOf(linkLog().looks(hourOf(lookedAt), ...lately));
  const refusal = refusals.findLast(({ access }) => access.actorId === actorId);
  const look = looks.findLast(({ mark }) => refusal?.access.subjectHashes.includes(mark.subject));
  if (!refusal || !look) throw new Error('nothing is noted');
  const { key, place } = refusal;
  return lateLinksOf(actorId, [
    { subject: look.mark.subject, refusal: key, place, look: look.key, lookPlace: look.place, hour: hourOf(lookedAt) },
  ]);
}
/** When the events arrive: snapshots and settings take effect some minutes after they were published. */
const arrival = () => Date.now() + 12 * MINUTE;

const somebodyInChina = (employeeId: string) =>
  ({
    employeeId,
    type: 'employee',
    homeCountry: 'CN',
    team: 'recsys',
    timeZone: 'Asia/Shanghai',
    effectiveFrom: 0,
    extra: {},
  }) as const;

beforeAll(async () => {
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/hook`;
  stack = await startBundledStack(address, { 'require-approval': 'covered-personal-identifiers' });
  await publishDirectory(stack.references, ['e-00042', 'e-00050'].map(somebodyInChina), Date.now() - MINUTE);
}, SYNTHESIS_TIMEOUT);
afterAll(async () => {
  await stack?.stop();
  await new Promise((resolve) => webhook.close(resolve));
});

describe('the functions as they are bundled, with the variables that the template gives them', () => {
  it('carry one access all the way from the stream to Slack', async () => {
    const [detect, assess, notify, slack] = await Promise.all(
      ['detect', 'assess', 'notify', 'slack'].map(stack.lambda),
    );
    const arrived = arrival();
    const event = anAccessEvent({ time: new Date(arrived).toISOString() });

    await assess?.invoke({});
    const detected = await detect?.invoke({ Records: [aStreamRecord(event, arrived, 1n)] });
    const alerts = await stack.take('alerts.fifo');
    const notified = await notify?.invoke(alerts);
    const [published] = await stack.published();
    const { default: message } = JSON.parse(published?.Message ?? '{}');
    await slack?.invoke(aNotification(message));

    expect(detected).toEqual({ batchItemFailures: [] });
    expect(notified).toEqual({ batchItemFailures: [] });
    expect(alerts.Records).toHaveLength(1);
    expect(published?.Subject).toContain('e-00042');
    expect(posts).toHaveLength(1);
    expect(posts[0]).toContain('without a live ticket');
    expect(slack?.lines()).toContainEqual(
      expect.objectContaining({ service: 'borderwatch-bundle-slack', SlackPosted: 1 }),
    );
  });

  it('hear the canary where people’s alerts come out, and tell nobody', async () => {
    const [canary, detect, notify] = await Promise.all(['canary', 'detect', 'notify'].map(stack.lambda));

    await canary?.invoke({});
    const { Records: records } = await stack.onStream();
    await detect?.invoke({ Records: records });
    await notify?.invoke(await stack.take('alerts.fifo'));

    expect(records).toHaveLength(1);
    expect(notify?.lines()).toContainEqual(expect.objectContaining({ CanaryHeard: 1, AlertsPublished: 0 }));
    expect(await stack.published()).toEqual([]);
  });

  it('hold what people were alerted about until an analyst says that it was nothing', async () => {
    const [detect, notify, casework] = await Promise.all(['detect', 'notify', 'casework'].map(stack.lambda));
    const table = { call: callsThrough(stack.clients.dynamodb), tableName: 'borderwatch-bundle-baselines' };
    const [held, baselines] = [createDynamoHeldWindowStore(table), createDynamoBaselineStore(table)];
    const [first, nextDay] = [arrival(), arrival() + 26 * 60 * MINUTE];
    const read = (id: string, time: number) =>
      anAccessEvent({ id, actor: { id: 'e-00050' }, time: new Date(time).toISOString() });
    await detect?.invoke({ Records: [aStreamRecord(read('first', first), first, 20n)] });
    const alerts = await stack.take('alerts.fifo');
    await notify?.invoke(alerts);
    const { alertId } = JSON.parse(alerts.Records[0]?.body ?? '{}');

    await detect?.invoke({ Records: [aStreamRecord(read('next', nextDay), nextDay, 21n)] });
    const before = await held.load('e-00050', alertId);
    const answer = await casework?.invoke(aDismissal(alertId));
    const { Records: records } = await stack.onStream();
    await detect?.invoke({ Records: records.filter(({ kinesis }) => kinesis.partitionKey === 'e-00050') });

    expect(before.map(({ kind }) => kind).toSorted()).toEqual(['day', 'sitting']);
    expect(answer).toMatchObject({ statusCode: 200 });
    expect((await baselines.load(['e-00050'])).get('e-00050')?.verdicts).toMatchObject({
      settled: [alertId],
      waiting: [],
    });
    expect(await caseStore().get(alertId)).toMatchObject({ state: 'dismissed' });
  });

  it('link a refusal with a look that was taken before it', async () => {
    const [detect, assess] = await Promise.all(['detect', 'assess'].map(stack.lambda));
    const lately = Date.now() - MINUTE;
    const subjects = [aSubject()];
    // Refusals are joined once every look that did not see them can be read.
    const log = linkLog(() => Date.now() - MINUTE / 2);
    await log.noteLooks([{ subject: subjects[0] ?? '', actorId: 'e-00042', time: lately + 1, met: '' }]);
    await log.noteRefusals([aRefusal('e-00048', subjects, lately)]);

    await assess?.invoke({});
    const { Records: records } = await stack.onStream();
    await detect?.invoke({ Records: records.filter(({ kinesis }) => kinesis.partitionKey === 'e-00048') });
    await stack.take('alerts.fifo');

    expect(assess?.lines()).toContainEqual(expect.objectContaining({ LateLinksFound: 1 }));
    expect(detect?.lines()).toContainEqual(
      expect.objectContaining({ LateLinksTaken: 1, DuplicatesSkipped: 0, EventsQuarantined: 0 }),
    );
  });

  it('write their metrics where alarms look for them', async () => {
    const [detect, assess] = await Promise.all(['detect', 'assess'].map(stack.lambda));

    expect(assess?.lines()).toContainEqual(expect.objectContaining({ BudgetAsked: 2, SettingsInvalid: 0 }));
    expect(detect?.lines()).toContainEqual(
      expect.objectContaining({
        _aws: expect.objectContaining({ CloudWatchMetrics: [expect.objectContaining({ Namespace: 'Borderwatch' })] }),
        service: 'borderwatch-bundle-detect',
        EventsApplied: 1,
        AlertsQueued: 1,
        // A fact of policy uses none of the alerts a day.
        AlertsRaised: 0,
        EventsASecondOfOneActor: 1,
      }),
    );
  });

  it('say which variable is missing, and start no further', async () => {
    const { bundles } = stack;
    const { startLambda } = await import('./bundled/lambda-process.ts');

    for (const bundle of bundles) {
      await expect(startLambda({ ...bundle, environment: {} }, {})).rejects.toThrow(
        new RegExp(`${bundle.name} can't start: [A-Z_]+ is not set`),
      );
    }
  });
});

/**
 * What each function does in its life, once: every kind of call that it ever makes.
 */
const LIVES: { readonly [name: string]: () => Promise<void> } = {
  detect: async () => {
    const { invoke, recorder, lines } = await stack.lambda('detect');
    const arrived = arrival();
    const read = (id: string, arrivedAt: number, actorId = 'e-00042') =>
      anAccessEvent({
        id,
        time: new Date(arrivedAt).toISOString(),
        actor: { id: actorId },
        subjects: { ids: ['us-4f2'], count: 1 },
      });
    const change = {
      version: 1,
      state: 'dismissed',
      at: new Date().toISOString(),
      by: 'jane',
      reason: 'x',
      revision: 1,
    } as const;
    const { at, by } = change;
    const alertId = '00000000000000d1';
    await caseStore().storeRevision(anAlert({ alertId }), Date.now());
    await caseStore().change(alertId, change);
    const verdict = anAdjudication({ actorId: 'e-00042', alertId, verdict: 'dismissed', by, at, caseVersion: 1 });
    await invoke({
      Records: [
        aStreamRecord('not JSON', arrived, 10n),
        // Scored with what was in force before the newest snapshot and settings.
        aStreamRecord(read('early', arrived - 20 * MINUTE), arrived - 20 * MINUTE, 11n),
        aStreamRecord(read('linked', arrived), arrived, 12n),
        aStreamRecord(verdict, arrived, 13n),
      ],
    });
    const denied = { ...read('denied', arrived - MINUTE, 'e-00044'), outcome: 'denied' } as const;
    await invoke({ Records: [aStreamRecord(denied, arrived, 14n)] });
    const linesBefore = lines().length;
    await invoke({ Records: [aStreamRecord(await linkedLate('e-00044', arrived), arrived, 15n)] });
    expect(lines().slice(linesBefore)).toContainEqual(expect.objectContaining({ LateLinksTaken: 1 }));
    recorder.interfere(({ action, resource }) =>
      action === 'dynamodb:PutItem' && resource.endsWith('-baselines') ? REFUSED : undefined,
    );
    await invoke({ Records: [aStreamRecord(read('refused', arrived, 'e-00043'), arrived, 16n)] });
    recorder.interfere(() => undefined);
  },
  archive: async () => {
    const { invoke, lines } = await stack.lambda('archive');
    const arrived = Date.parse('2026-11-26T10:15:30.000Z');

    await invoke({ Records: [aStreamRecord(anAccessEvent({ id: 'kept' }), arrived, 30n)] });

    const { Contents = [] } = await stack.clients.s3.send(new ListObjectsV2Command({ Bucket: ARCHIVE }));
    expect(Contents.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(/^events\/2026\/11\/26\/10\/101530000-shardId-/),
    ]);
    expect(lines()).toContainEqual(expect.objectContaining({ EventsArchived: 1 }));
  },
  assess: async () => {
    const { invoke, recorder } = await stack.lambda('assess');
    const time = new Date(Date.now() - EXPIRES_AFTER_MS - MINUTE).toISOString();
    await caseStore().storeRevision(anAlert({ alertId: 'a0000000000000e5', time }), Date.parse(time));
    // Whoever imports may have a clock that is ahead.
    await publishDirectory(stack.references, [somebodyInChina('e-00044')], Date.now() + MINUTE);
    // The next fold is due, and what it publishes takes the place of another.
    await stack.clients.dynamodb.send(
      new UpdateItemCommand({
        TableName: 'borderwatch-bundle-directory',
        Key: { pk: { S: 'series#snapshot' }, sk: { S: 'newest' } },
        UpdateExpression: 'SET stamp = :earlier',
        ExpressionAttributeValues: { ':earlier': { N: String(Date.now() - 10 * MINUTE) } },
      }),
    );
    // An analyst is faster than the end of the case's time, and then nobody is.
    recorder.interfere(({ action, resource }) =>
      action === 'dynamodb:UpdateItem' && resource.endsWith('-cases') ? FAILED_CONDITION : undefined,
    );
    await invoke({});
    recorder.interfere(() => undefined);
    await invoke({});
    await stack.take('alerts.fifo');
  },
  ingest: async () => {
    const { invoke } = await stack.lambda('ingest');
    const { s3 } = stack.clients;
    const line = (id: string) => JSON.stringify(anAccessEvent({ id, actor: { id: 'e-00046' } }));
    await s3.send(new CreateBucketCommand({ Bucket: 'trail' }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'trail', Key: 'day.ndjson', Body: `${line('from-s3')}\nno record\n` }),
    );
    const notified = (object: object) => ({
      'detail-type': 'Object Created',
      source: 'aws.s3',
      detail: { bucket: { name: 'trail' }, object: { key: 'day.ndjson', ...object } },
    });
    const message = (body: object, i: number) => ({ messageId: `m-${i}`, body: JSON.stringify(body) });

    const answer = await invoke({
      Records: [
        notified({ 'version-id': 'v1' }),
        notified({}),
        notified({ key: 'gone' }),
        { 'detail-type': 'x', detail: {} },
      ].map(message),
    });

    expect(answer).toEqual({ batchItemFailures: [] });
  },
  receive: async () => {
    const { invoke } = await stack.lambda('receive');
    const body = `${JSON.stringify(anAccessEvent({ id: 'by-request', actor: { id: 'e-00047' } }))}\nno record`;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'x-borderwatch-timestamp': timestamp,
      'x-borderwatch-signature': signatureOf(SIGNING_SECRET, timestamp, Buffer.from(body)),
    };

    const answer = await invoke({ headers, body, requestContext: { http: { method: 'POST' } } });

    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('"sent":1') });
  },
  findings: async () => {
    const { invoke } = await stack.lambda('findings');
    const alert = anAlert({ alertId: '00000000000000f1' });
    await invoke({ Records: [{ Sns: { Message: JSON.stringify(alert), Timestamp: alert.time } }] });

    expect(stack.findings.entries).toHaveLength(1);
    expect(stack.findings.hub.size).toBe(1);
  },
  casework: async () => {
    const { invoke } = await stack.lambda('casework');
    const alertId = '00000000000000c1';
    await caseStore().storeRevision(anAlert({ alertId, subject: { type: 'employee', id: 'e-00044' } }), Date.now());
    await invoke(aDismissal(alertId));
  },
  notify: async () => {
    const { invoke, recorder } = await stack.lambda('notify');
    const attributes = { ApproximateReceiveCount: '1' };
    const deliver = (bodies: readonly object[]) =>
      invoke({
        Records: bodies.map((body, i) => {
          const messageId = `m-${i}`;
          return { messageId, receiptHandle: messageId, body: JSON.stringify(body), attributes };
        }),
      });
    await deliver([anAlert({ alertId: 'told' }), anAlert({ alertId: 'canary', canary: true }), { no: 'alert' }]);
    recorder.interfere(({ action }) => (action === 'dynamodb:UpdateItem' ? REFUSED : undefined));
    await deliver([anAlert({ alertId: 'refused' })]);
    recorder.interfere(() => undefined);
  },
  canary: async () => {
    const { invoke } = await stack.lambda('canary');
    await invoke({});
  },
  slack: async () => {
    const { invoke } = await stack.lambda('slack');
    slackAnswer = 404;
    await invoke(aNotification(JSON.stringify(anAlert())));
    slackAnswer = 200;
  },
};
const ARCHIVE = 'borderwatch-bundle-archive-000000000000-us-east-1';
const REFUSED = {
  status: 400,
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no"}',
};
const FAILED_CONDITION = {
  status: 400,
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}',
};
const textOf = ({ action, resource }: PermittedCall) => `${action} on ${resource}`;

describe('the permissions of the functions', () => {
  const granted = (name: string) => grantedTo(`borderwatch-bundle-${name}`, stack.template);
  const needed = (name: string) => neededByLambda(`borderwatch-bundle-${name}`, stack.template);

  it.each(Object.keys(LIVES))('let %s do what it does, and nothing that it never does', async (name) => {
    await LIVES[name]?.();
    const { recorder } = await stack.lambda(name);
    const { calls: grants } = granted(name);

    const refused = recorder.calls.filter((call) => !grants.some((grant) => covers(grant, call)));
    const unused = grants.filter(
      (grant) =>
        !recorder.calls.some((call) => covers(grant, call)) &&
        !needed(name).some((call) => textOf(call) === textOf(grant)),
    );

    expect([...new Set(refused.map(textOf))], 'called without a grant').toEqual([]);
    expect(unused.map(textOf), 'granted without a call').toEqual([]);
  });

  it('are compared for every function', () => {
    expect(stack.bundles.map(({ name }) => name).toSorted()).toEqual(Object.keys(LIVES).toSorted());
  });

  it('hold whatever Lambda does in the name of a function', () => {
    const missing = stack.bundles.flatMap(({ name }) => {
      const { calls } = granted(name);
      return needed(name)
        .filter((call) => !calls.some((grant) => covers(grant, call)))
        .map((call) => `${name}: ${textOf(call)}`);
    });

    expect(missing).toEqual([]);
  });

  it('grant no function an action that is not in its bundle', () => {
    const surplus = stack.bundles.flatMap((bundle) => {
      const inBundle = operationsInBundle(bundle);
      const byLambda = new Set(needed(bundle.name).map(({ action }) => action));
      const actions = new Set(granted(bundle.name).calls.map(({ action }) => action));
      return (
        [...actions]
          // Whoever may not list a bucket hears of an object that isn't there that it is forbidden; versions are got by the same call.
          .filter(
            (action) => !['s3:ListBucket', 's3:GetObjectVersion'].includes(action) || !inBundle.has('s3:GetObject'),
          )
          .filter((action) => !inBundle.has(action) && !byLambda.has(action))
          .map((action) => `${bundle.name}: ${action}`)
      );
    });

    expect(surplus).toEqual([]);
  });

  it('let each function use the key for the services that it calls, and for no other', () => {
    // A secret outside of the stack lies under a key that isn't the stage's, as do event buses and Security Hub, and what only
    // lists shows nothing encrypted.
    const isOpen = ({ action, resource }: PermittedCall) =>
      /:(List|Describe)/.test(action) ||
      /^secretsmanager:GetSecretValue on (slack|webhook)$/.test(`${action} on ${resource}`);
    for (const { name } of stack.bundles) {
      const { calls, keyUsers } = granted(name);
      const services = calls.filter((call) => !isOpen(call)).map(({ action }) => action.split(':')[0] ?? '');
      const encrypted = new Set(
        services.filter((service) => !['logs', 'xray', 'ssm', 'events', 'securityhub'].includes(service)),
      );

      expect([...keyUsers].toSorted(), name).toEqual([...encrypted].toSorted());
    }
  });
});
