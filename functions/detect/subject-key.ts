import { createSecretKey, type KeyObject } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * The key under which subjects are known; read at cold start, so that no event costs a call.
 *
 * @throws Error when the secret can't be read or holds nothing: without it subjects could not be kept secret
 */
export async function readSubjectKey(client: SecretsManagerClient, secret: string): Promise<KeyObject> {
  const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  const bytes = SecretBinary ?? Buffer.from(SecretString ?? '');
  if (bytes.length === 0) throw new Error(`secret ${secret} is empty`);
  return createSecretKey(bytes);
}
