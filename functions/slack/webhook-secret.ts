import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSlackWebhook, type SlackWebhook } from '../../shared/stores/slack-webhook.ts';

/**
 * The webhook whose address a secret holds.
 *
 * @throws Error when the secret can't be read or holds no address
 */
export async function readSlackWebhook(client: SecretsManagerClient, secret: string): Promise<SlackWebhook> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return createSlackWebhook(SecretString ?? '');
}
