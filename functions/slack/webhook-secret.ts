import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSlackWebhook, type SlackWebhook } from '../../shared/stores/slack-webhook.ts';

/**
 * The webhook whose address a secret holds. Where the secret can't be used, everything is refused with the reason: an alert that
 * can't be posted for that must go the way of one that Slack refuses, and the secret won't mend by trying again.
 *
 * @param warn told of what failed
 */
export async function readSlackWebhook(
  client: SecretsManagerClient,
  secret: string,
  warn: (message: string, error: unknown) => void,
): Promise<SlackWebhook> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    return createSlackWebhook(SecretString ?? '');
  } catch (error) {
    warn("the Slack webhook's secret can't be used", error);
    // The kind of a failure alone: its text may name accounts and roles, and the reason is mailed.
    const kind = error instanceof Error && error.name !== 'Error' ? ` (${error.name})` : '';
    return { post: async () => ({ kind: 'rejected', reason: `the Slack webhook's secret can't be used${kind}` }) };
  }
}
