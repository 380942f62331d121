import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { jitteredPause } from '../../shared/stores/back-off.ts';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { makeParameterReader } from '../../shared/stores/parameter-reader.ts';
import { serviceEndpoint } from '../../shared/stores/service-endpoint.ts';
import { createSignedCall, ServiceRefusal } from '../../shared/stores/signed-call.ts';
import { makeSnsPublish } from '../../shared/stores/sns-publish.ts';
import { createSsmSettingsSource } from '../../shared/stores/ssm-settings-source.ts';
import { isSigned } from './signature-check.ts';

const SECRET = 'wJalrXUtnFEMI';
/** What the service answers, first one first; the last one for ever. */
let answers: { readonly status: number; readonly body: string }[];
let requests: { readonly request: IncomingMessage; readonly body: string }[];
let endpoint: string;

const server = createServer(async (request, response) => {
  requests.push({ request, body: await text(request) });
  const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 200, body: '' };
  response.writeHead(status, { 'x-amzn-requestid': `request-${requests.length}` }).end(body);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a token');
  vi.stubEnv('AWS_PROFILE', undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  answers = [];
  requests = [];
});

const aRequest = () => ({ method: 'POST', endpoint, path: '/', headers: {}, body: 'x' }) as const;
const withoutPause = (service: string) =>
  createSignedCall({ service, region: 'eu-west-1', pause: async () => undefined, busyPause: async () => undefined });

describe('a signed call', () => {
  it('is signed as the service will work it out, whatever characters a key has', async () => {
    const write = makeObjectWriter({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_S3: endpoint });
    const key = "quarantine/shard 1/ä+b=c&d(e)!'*.ndjson";

    await write({ bucket: 'evidence', key, body: '{"ü":1}\n', contentType: 'application/x-ndjson' });

    const [sent] = requests;
    expect(sent && isSigned(sent.request, sent.body, SECRET)).toBe(true);
    expect(sent?.request).toMatchObject({ method: 'PUT' });
    expect(decodeURIComponent(sent?.request.url ?? '')).toBe(`/evidence/${key}`);
    expect(sent?.request.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'x-amz-security-token': 'a token',
    });
  });

  it('reads parameters page by page', async () => {
    answers = [
      { status: 200, body: '{"Parameters":[{"Name":"/b/prod/mode","Value":"live","Type":"String"}],"NextToken":"t"}' },
      { status: 200, body: '{"Parameters":[{"Name":"/b/prod/signals/volume/weight","Value":"2"}],"NextToken":null}' },
    ];
    const read = makeParameterReader({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SSM: `${endpoint}/` });

    const texts = await createSsmSettingsSource(read, '/b/prod')();

    expect(texts).toEqual({ mode: 'live', 'signals/volume/weight': '2' });
    expect(requests.map(({ body }) => JSON.parse(body).NextToken)).toEqual([undefined, 't']);
    expect(requests.every(({ request, body }) => isSigned(request, body, SECRET))).toBe(true);
  });

  it.each([
    ['a broken server', 500, 'oops'],
    ['an S3 that asks to slow down', 503, '<Code>SlowDown</Code>'],
    ['a throttled account', 400, '{"__type":"ThrottlingException"}'],
    ['a shard that is full', 400, '{"__type":"ProvisionedThroughputExceededException"}'],
    ['too many requests', 429, ''],
  ])('is tried again with %s', async (_, status, body) => {
    answers = [
      { status, body },
      { status: 200, body: 'done' },
    ];

    expect(await withoutPause('ssm')(aRequest())).toBe('done');
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['breaks', 500, '', ['short', 'short', 'short']],
    ['is throttled', 400, '{"__type":"ProvisionedThroughputExceededException"}', ['long', 'long', 'long']],
    ['is asked too often', 429, '', ['long', 'long', 'long']],
  ])('leaves a service that %s the time that it needs', async (_, status, body, expected) => {
    answers = [{ status, body }];
    const pauses: string[] = [];
    const call = createSignedCall({
      service: 'dynamodb',
      region: 'eu-west-1',
      pause: async () => void pauses.push('short'),
      busyPause: async () => void pauses.push('long'),
    });

    await expect(call(aRequest())).rejects.toThrow();
    expect(pauses).toEqual(expected);
  });

  it('is not made again, nor waited for, once it is told to end', async () => {
    answers = [{ status: 500, body: '' }];
    const stopped = new AbortController();
    const call = createSignedCall({
      service: 'dynamodb',
      region: 'eu-west-1',
      pause: async (attempt, signal) => {
        stopped.abort();
        await jitteredPause(1e9, 1e9)(attempt, signal);
      },
    });

    await expect(call({ ...aRequest(), abortSignal: stopped.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(call({ ...aRequest(), abortSignal: stopped.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(requests).toHaveLength(1);
  });

  it('goes on with the trace of the invocation, on Lambda', async () => {
    answers = [{ status: 200, body: '' }];
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793');
    await withoutPause('sns')(aRequest());
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'borderwatch-prod-notify');
    await withoutPause('sns')(aRequest());
    vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', undefined);

    expect(requests.map(({ request }) => request.headers['x-amzn-trace-id'])).toEqual([
      undefined,
      'Root=1-5759e988-bd862e3fe1be46a994272793',
    ]);
  });

  it('says which request was refused', async () => {
    answers = [{ status: 403, body: '' }];

    await expect(withoutPause('sns')(aRequest())).rejects.toMatchObject({ requestId: 'request-1' });
  });

  it('publishes by a form that is signed as it is sent, whatever it holds', async () => {
    const publish = makeSnsPublish({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SNS: endpoint });
    const Message = 'a + b = c & d; ü 😀 %20\n"<>';

    await publish({
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts',
      Subject: 'one two',
      Message,
      MessageAttributes: {
        severity: { DataType: 'String', StringValue: 'high & low' },
        score: { DataType: 'Number', StringValue: '3.1' },
      },
    });

    const [sent] = requests;
    expect(sent && isSigned(sent.request, sent.body, SECRET)).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:alerts',
      Subject: 'one two',
      Message,
      'MessageAttributes.entry.1.Name': 'severity',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'high & low',
      'MessageAttributes.entry.2.Name': 'score',
      'MessageAttributes.entry.2.Value.DataType': 'Number',
      'MessageAttributes.entry.2.Value.StringValue': '3.1',
    });
  });

  it('gives up after four attempts, with the last answer', async () => {
    answers = [{ status: 500, body: 'oops' }];

    await expect(withoutPause('s3')(aRequest())).rejects.toThrow(new ServiceRefusal(500, 'oops', 'request-4'));
    expect(requests).toHaveLength(4);
  });

  it.each([
    ['{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}', 'QueueDoesNotExist'],
    ['{"message":"no", "__type": "ResourceNotFoundException"}', 'ResourceNotFoundException'],
    ['<Error><Code>NoSuchBucket</Code></Error>', 'NoSuchBucket'],
    ['<html>', ''],
  ])('that is refused with %s says the service’s word for it', (answer, code) => {
    expect(new ServiceRefusal(400, answer).code).toBe(code);
  });

  it.each([
    ['<Code>AccessDenied</Code>', 403],
    ['{"__type":"ValidationException","message":"no attribute Throttling, SlowDown"}', 400],
  ])('is not repeated where it is refused with %s', async (body, status) => {
    answers = [{ status, body }];

    await expect(withoutPause('s3')(aRequest())).rejects.toThrow(`answered ${status}: ${body}`);
    expect(requests).toHaveLength(1);
  });

  it('goes nowhere else when it is told to', async () => {
    answers = [{ status: 307, body: '' }];

    await expect(withoutPause('s3')(aRequest())).rejects.toThrow();
    expect(new Set(requests.map(({ request }) => request.headers.host))).toEqual(new Set([new URL(endpoint).host]));
  });
});

describe("a service's endpoint", () => {
  it.each([
    [{}, 'https://ssm.eu-west-1.amazonaws.com', false],
    [{ AWS_ENDPOINT_URL_SSM: 'http://a:1/', AWS_ENDPOINT_URL: 'http://b' }, 'http://a:1', true],
    [{ AWS_ENDPOINT_URL: 'http://b' }, 'http://b', true],
    [
      { AWS_ENDPOINT_URL: 'http://b', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://ssm.eu-west-1.amazonaws.com',
      false,
    ],
  ])('with %j is %s', (variables, url, override) => {
    expect(serviceEndpoint('ssm', { AWS_REGION: 'eu-west-1', ...variables })).toEqual({
      region: 'eu-west-1',
      url,
      override,
    });
  });

  it('has the name that the SDK gives the service', () => {
    const variables = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://a' };

    expect(serviceEndpoint('secretsmanager', variables).url).toBe('http://a');
    expect(serviceEndpoint('secretsmanager', { AWS_REGION: 'eu-west-1' }).url).toBe(
      'https://secretsmanager.eu-west-1.amazonaws.com',
    );
  });

  it.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])('is not another one than %s demands', (demand) => {
    expect(() => serviceEndpoint('ssm', { AWS_REGION: 'us-east-1', [demand]: 'true' })).toThrow(demand);
  });

  it('needs a region', () => {
    expect(() => serviceEndpoint('ssm', {})).toThrow('AWS_REGION is not set');
  });
});
