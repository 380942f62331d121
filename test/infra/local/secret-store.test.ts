import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { createParameterEndpoint } from '../../../infra/local/parameter-endpoint.ts';

const NOW = Date.UTC(2026, 10, 23);
const server = createParameterEndpoint({ region: 'eu-west-1', accountId: '000000000000', now: () => NOW });
let secrets: SecretsManagerClient;

beforeAll(async () => {
  secrets = new SecretsManagerClient({
    endpoint: await listen(server, 0, '127.0.0.1', 'Secrets Manager'),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
  });
});
afterAll(async () => {
  secrets.destroy();
  await closeServer(server);
});

const get = (SecretId: string, rest = {}) => secrets.send(new GetSecretValueCommand({ SecretId, ...rest }));

describe('a secret', () => {
  it('is gone once it is deleted without recovery, and only then', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'short-lived', SecretString: 'k' }));

    const withRecovery = secrets.send(new DeleteSecretCommand({ SecretId: 'short-lived' }));
    await expect(withRecovery).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await secrets.send(new DeleteSecretCommand({ SecretId: 'short-lived', ForceDeleteWithoutRecovery: true }));

    await expect(get('short-lived')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is read by its name, its ARN and its ARN without the random end', async () => {
    const { ARN = '' } = await secrets.send(
      new CreateSecretCommand({ Name: 'borderwatch/dev/key', SecretString: 'k1' }),
    );

    const byName = await get('borderwatch/dev/key');

    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:borderwatch\/dev\/key-\w{6}$/);
    expect(byName).toMatchObject({
      ARN,
      Name: 'borderwatch/dev/key',
      SecretString: 'k1',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(NOW),
    });
    expect((await get(ARN)).SecretString).toBe('k1');
    expect((await get(ARN.slice(0, -7))).SecretString).toBe('k1');
  });

  it('may be bytes', async () => {
    const SecretBinary = new Uint8Array([0, 255, 7]);
    await secrets.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));

    const value = await get('bytes');

    expect([...(value.SecretBinary ?? [])]).toEqual([0, 255, 7]);
    expect(value.SecretString).toBeUndefined();
  });

  it('keeps the version before the current one, and drops older ones from its description', async () => {
    const first = await secrets.send(
      new CreateSecretCommand({ Name: 'rotated', SecretString: 'k1', Description: 'hash' }),
    );
    const second = await secrets.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'k2' }));
    const third = await secrets.send(new PutSecretValueCommand({ SecretId: 'rotated', SecretString: 'k3' }));

    const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'rotated' }));

    expect(third.VersionStages).toEqual(['AWSCURRENT']);
    expect((await get('rotated')).SecretString).toBe('k3');
    expect((await get('rotated', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('k2');
    expect((await get('rotated', { VersionId: first.VersionId })).SecretString).toBe('k1');
    expect(described).toMatchObject({ Name: 'rotated', Description: 'hash', CreatedDate: new Date(NOW) });
    expect(described.VersionIdsToStages).toEqual({
      [second.VersionId ?? '']: ['AWSPREVIOUS'],
      [third.VersionId ?? '']: ['AWSCURRENT'],
    });
  });

  it('without a value can be described and not read', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'empty' }));

    await expect(get('empty')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('staging label: AWSCURRENT'),
    });
    expect((await secrets.send(new DescribeSecretCommand({ SecretId: 'empty' }))).VersionIdsToStages).toEqual({});
  });

  it('put twice with one token is one version, unless the value differs', async () => {
    const ClientRequestToken = 'a'.repeat(32);
    const once = { Name: 'once', SecretString: 'k', ClientRequestToken };
    const created = await secrets.send(new CreateSecretCommand(once));

    const again = await secrets.send(new CreateSecretCommand(once));
    const put = await secrets.send(
      new PutSecretValueCommand({ SecretId: 'once', SecretString: 'k', ClientRequestToken }),
    );

    expect(again).toMatchObject({ ARN: created.ARN, VersionId: created.VersionId });
    expect(put).toMatchObject({ VersionId: created.VersionId, VersionStages: ['AWSCURRENT'] });
    await expect(
      secrets.send(new PutSecretValueCommand({ SecretId: 'once', SecretString: 'other', ClientRequestToken })),
    ).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });
});

describe('what Secrets Manager refuses', () => {
  it('to find what is not there', async () => {
    await expect(get('nothing')).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'nothing' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await expect(
      secrets.send(new PutSecretValueCommand({ SecretId: 'nothing', SecretString: 'k' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a version or a label that the secret does not have', async () => {
    const { VersionId } = await secrets.send(new CreateSecretCommand({ Name: 'labels', SecretString: 'k' }));

    await expect(get('labels', { VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(get('labels', { VersionId: 'b'.repeat(32) })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(get('labels', { VersionId, VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('a second secret of one name, none or two values, and names with a space', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'taken', SecretString: 'k' }));
    const both = { SecretString: 'k', SecretBinary: new Uint8Array([1]) };

    await expect(secrets.send(new CreateSecretCommand({ Name: 'taken', SecretString: 'k' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret taken already exists.',
    });
    await expect(secrets.send(new PutSecretValueCommand({ SecretId: 'taken', ...both }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(secrets.send(new PutSecretValueCommand({ SecretId: 'taken' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'You must provide either SecretString or SecretBinary.',
    });
    await expect(secrets.send(new CreateSecretCommand({ Name: 'a b', SecretString: 'k' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
