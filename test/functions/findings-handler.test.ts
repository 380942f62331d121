import { readFileSync } from 'node:fs';
import type { Context, SNSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseFindingsEnvironment } from '../../functions/findings/env.ts';
import { closeServer, listen } from '../../infra/local/http-server.ts';
import { digestible, digestsOf } from '../../shared/notification/digest.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { createFindingsEndpoint } from './findings-endpoint.ts';
import { watchPowertools } from './watch-powertools.ts';

const context = { functionName: 'findings', awsRequestId: 'request-1', memoryLimitInMB: '512' } as Context;
const BUS = 'arn:aws:events:us-east-1:111122223333:event-bus/security';
const ID = 'borderwatch-prod/5f2c8a90b1d3e467';

const published = (Message: string, Timestamp = '2026-11-23T10:15:31.000Z') =>
  ({ Records: [{ Sns: { Message, Timestamp } }] }) as unknown as SNSEvent;
const anAlertPublished = (changes: Parameters<typeof anAlert>[0] = {}, timestamp?: string) =>
  published(JSON.stringify(anAlert(changes)), timestamp);

describe('the environment of findings', () => {
  const environment = { STAGE: 'prod', AWS_REGION: 'us-east-1', PARTITION: 'aws', ACCOUNT_ID: '111122223333' };

  it('names every variable that is missing or wrong', () => {
    expect(() => parseFindingsEnvironment({ ...environment, STAGE: undefined, EVENT_BUS_ARN: 'security' })).toThrow(
      "findings can't start: STAGE is not set; EVENT_BUS_ARN is not the ARN of an event bus",
    );
  });

  it('asks for a destination', () => {
    expect(() => parseFindingsEnvironment(environment)).toThrow('neither EVENT_BUS_ARN nor SECURITY_HUB is set');
  });
});

describe('the findings handler, over the protocols of EventBridge and Security Hub', () => {
  const endpoint = createFindingsEndpoint();
  let lines: string[];
  let handler: typeof import('../../functions/findings/handler.ts').handler;

  beforeAll(async () => {
    const address = await listen(endpoint.server, 0, '127.0.0.1', 'findings');
    for (const [name, value] of Object.entries({
      AWS_ENDPOINT_URL_EVENTBRIDGE: address,
      AWS_ENDPOINT_URL_SECURITYHUB: address,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      STAGE: 'prod',
      PARTITION: 'aws',
      ACCOUNT_ID: '111122223333',
      EVENT_BUS_ARN: BUS,
      SECURITY_HUB: 'on',
    }))
      vi.stubEnv(name, value);
    lines = watchPowertools('findings');
    ({ handler } = await import('../../functions/findings/handler.ts'));
  });
  beforeEach(() => {
    endpoint.hub.clear();
    lines.length = 0;
    Object.assign(endpoint.refuse, { bus: undefined, hub: undefined });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await closeServer(endpoint.server);
  });
  const counted = () => lines.map((line) => JSON.parse(line)).find((line) => 'FindingsDelivered' in line);

  it('puts an alert on the bus and into Security Hub', async () => {
    await handler(anAlertPublished(), context);

    const [entry] = endpoint.entries;
    expect(entry).toMatchObject({ EventBusName: BUS, Source: 'borderwatch', DetailType: 'OCSF Detection Finding' });
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({
      class_uid: 2004,
      finding_info: { uid: '5f2c8a90b1d3e467' },
    });
    expect(endpoint.hub.get(ID)).toMatchObject({ Severity: { Label: 'HIGH' }, Workflow: { Status: 'NEW' } });
    expect(counted()).toMatchObject({ FindingsDelivered: 1, FindingsNotDelivered: 0 });
  });

  it('names the release that found it', async () => {
    const before = endpoint.entries.length;
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

    await handler(anAlertPublished(), context);

    const details = endpoint.entries.slice(before).map(({ Detail }) => JSON.parse(Detail ?? ''));
    expect(details).toMatchObject([{ metadata: { product: { name: 'Borderwatch', version } } }]);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('updates a finding, and leaves what the analyst made of it', async () => {
    await handler(anAlertPublished(), context);
    const first = endpoint.hub.get(ID);
    if (first)
      endpoint.hub.set(ID, {
        ...first,
        Workflow: { Status: 'NOTIFIED' },
        Note: { Text: 'asked', UpdatedBy: 'jane', UpdatedAt: '2026-11-23T10:30:00Z' },
      });

    await handler(anAlertPublished({ revision: 2, severity: 'critical' }, '2026-11-23T11:00:00.000Z'), context);

    expect(endpoint.hub.size).toBe(1);
    expect(endpoint.hub.get(ID)).toMatchObject({
      Workflow: { Status: 'NOTIFIED' },
      Note: { Text: 'asked' },
      FindingProviderFields: { Severity: { Label: 'CRITICAL' } },
    });
  });

  it('hands on each case of a digest, as far as it tells of it', async () => {
    const before = endpoint.entries.length;
    const [digest] = digestsOf([digestible(anAlert()), digestible(anAlert({ alertId: 'another', severity: 'low' }))]);

    await handler(published(JSON.stringify(digest)), context);

    const details = endpoint.entries.slice(before).map(({ Detail }) => JSON.parse(Detail ?? ''));
    expect(details.map(({ finding_info: { uid }, severity }) => [uid, severity])).toEqual([
      ['5f2c8a90b1d3e467', 'High'],
      ['another', 'Low'],
    ]);
    expect(endpoint.hub.get(ID)).toMatchObject({ FindingProviderFields: { Severity: { Label: 'HIGH' } } });
    expect(endpoint.hub.size).toBe(2);
    expect(counted()).toMatchObject({ FindingsDelivered: 2, FindingsNotDelivered: 0 });
  });

  it.each([{ reminder: true as const }, { canary: true }])('leaves out what is no news: %o', async (changes) => {
    const before = endpoint.entries.length;

    await handler(anAlertPublished(changes), context);

    expect(endpoint.entries.length).toBe(before);
    expect(endpoint.hub.size).toBe(0);
    expect(counted()).toMatchObject({ FindingsDelivered: 0, FindingsNotDelivered: 0 });
  });

  it('does not let a revision that is delivered late undo a newer one', async () => {
    await handler(anAlertPublished({ revision: 2, severity: 'critical' }, '2026-11-23T11:00:00.000Z'), context);
    await handler(anAlertPublished({ revision: 1, severity: 'low' }, '2026-11-23T10:00:00.000Z'), context);

    expect(endpoint.hub.get(ID)).toMatchObject({ ProductFields: { 'borderwatch/revision': '2' } });
  });

  it('fails when the bus refuses, with the reason, and Security Hub has it all the same', async () => {
    endpoint.refuse.bus = 'ThrottlingException';

    await expect(handler(anAlertPublished(), context)).rejects.toThrow(
      'the event bus: 1 findings were refused: ThrottlingException',
    );
    expect(endpoint.hub.has(ID)).toBe(true);
    expect(counted()).toMatchObject({ FindingsDelivered: 0, FindingsNotDelivered: 1 });
  });

  it('fails when Security Hub refuses, with the reason, and the bus has it all the same', async () => {
    endpoint.refuse.hub = 'InvalidAccess';
    const before = endpoint.entries.length;

    await expect(handler(anAlertPublished(), context)).rejects.toThrow(
      'Security Hub: 1 findings were refused: InvalidAccess',
    );
    expect(endpoint.entries.length).toBe(before + 1);
  });

  it.each(['no JSON', '{"no":"alert"}'])(
    'fails on what is no alert, so that the dead-letter queue keeps it: %s',
    async (message) => {
      await expect(handler(published(message), context)).rejects.toThrow('1 messages are no alerts');
    },
  );
});
