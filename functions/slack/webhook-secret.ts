import { readSecretText, type SecretReader } from '../../shared/stores/secret-reader.ts';
import { ServiceRefusal } from '../../shared/stores/signed-call.ts';
import { createSlackWebhook, type SlackWebhook } from '../../shared/stores/slack-webhook.ts';

/**
 * The webhook whose address a secret holds. Where the secret can't be used, everything is refused with the reason: an alert that
 * can't be posted for that must go the way of one that Slack refuses, and the secret won't mend by trying again.
 *
 * @param warn told of what failed
 */
export async function readSlackWebhook(
  read: SecretReader,
  secret: string,
  warn: (message: string, error: unknown) => void,
): Promise<SlackWebhook> {
  try {
    return createSlackWebhook(await readSecretText(read, secret));
  } catch (error) {
    warn("the Slack webhook's secret can't be used", error);
    // The kind of a failure alone: its text may name accounts and roles, and the reason is mailed.
    const kind = error instanceof ServiceRefusal && error.code ? ` (${error.code})` : '';
    return { post: async () => ({ kind: 'rejected', reason: `the Slack webhook's secret can't be used${kind}` }) };
  }
}
