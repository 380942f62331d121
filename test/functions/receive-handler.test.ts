import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parseReceiveEnvironment } from '../../functions/receive/env.ts';
import { signatureOf } from '../../functions/receive/webhook-signature.ts';
import { makeSecretsManagerClient } from '../../shared/stores/clients.ts';
import { uniqueName } from '../contracts/aws-services.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { useIntakeServices } from './use-intake-services.ts';
import { watchPowertools } from './watch-powertools.ts';

const context = { functionName: 'receive', awsRequestId: 'request-1', memoryLimitInMB: '1024' } as Context;
const SECRET = 'a secret that both sides know';

const requestWith = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  ({
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
  }) as unknown as LambdaFunctionURLEvent;

function signedRequest(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return requestWith(body, {
    'x-borderwatch-timestamp': timestamp,
    'x-borderwatch-signature': signatureOf(SECRET, timestamp, Buffer.from(body)),
  });
}

describe('the environment of receive', () => {
  it('names every variable that is missing', () => {
    expect(() => parseReceiveEnvironment({ STREAM_NAME: 'accesses' })).toThrow(
      "receive can't start: BUCKET is not set",
    );
  });
});

describe('the receive handler over real services', () => {
  const services = useIntakeServices();
  let handler: typeof import('../../functions/receive/handler.ts').handler;

  beforeAll(async () => {
    const secrets = makeSecretsManagerClient();
    const secretName = uniqueName('webhook');
    await secrets.send(new CreateSecretCommand({ Name: secretName, SecretString: SECRET }));
    secrets.destroy();
    vi.stubEnv('WEBHOOK_SECRET', secretName);
    watchPowertools('receive');
    ({ handler } = await import('../../functions/receive/handler.ts'));
  });

  it('looks at nothing of ours for a request without signature', async () => {
    const resources = { Bucket: services.bucket, Key: 'reference/resources.json' };
    await services.s3.send(new PutObjectCommand({ ...resources, Body: 'no JSON' }));

    expect(await handler(requestWith('{}'), context)).toMatchObject({ statusCode: 401 });
    await expect(handler(signedRequest('{}'), context)).rejects.toThrow('resources.json is not JSON');

    await services.s3.send(new DeleteObjectCommand(resources));
  });

  it('takes a signed request and turns an unsigned one away', async () => {
    const body = JSON.stringify(anAccessEvent({ id: 'by-webhook', actor: { id: 'e-webhook' } }));

    const unsigned = await handler(requestWith(body), context);
    const signed = await handler(signedRequest(body), context);

    expect(unsigned).toMatchObject({ statusCode: 401 });
    expect(signed).toMatchObject({ statusCode: 200 });
    expect((await services.onStream()).map(({ partitionKey }) => partitionKey)).toEqual(['e-webhook']);
  });
});
