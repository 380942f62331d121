import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeObjectWriter } from '../../shared/stores/object-writer.ts';
import { makeParameterReader } from '../../shared/stores/parameter-reader.ts';
import { serviceEndpoint } from '../../shared/stores/service-endpoint.ts';
import { createSignedCall, ServiceRefusal } from '../../shared/stores/signed-call.ts';
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
  response.writeHead(status).end(body);
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
  createSignedCall({ service, region: 'eu-west-1', pause: async () => undefined });

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

  it('gives up after four attempts, with the last answer', async () => {
    answers = [{ status: 500, body: 'oops' }];

    await expect(withoutPause('s3')(aRequest())).rejects.toThrow(new ServiceRefusal(500, 'oops'));
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

  it('needs a region', () => {
    expect(() => serviceEndpoint('ssm', {})).toThrow('AWS_REGION is not set');
  });
});
