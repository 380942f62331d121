import { createSecretKey, type KeyObject } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * A key that lies in a secret; read at cold start, so that no event costs a call.
 *
 * @throws Error when the secret can't be read or holds nothing: what it protects must not go unprotected
 */
export async function readSecretKey(client: SecretsManagerClient, secret: string): Promise<KeyObject> {
  const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  const bytes = SecretBinary ?? Buffer.from(SecretString ?? '');
  if (bytes.length === 0) throw new Error(`secret ${secret} is empty`);
  return createSecretKey(bytes);
}
