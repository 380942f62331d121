import { readSecretText, type SecretReader } from '../../shared/stores/secret-reader.ts';

/** A changed secret counts within a minute, and no flood of requests becomes a flood of readings. */
const KEPT_MS = 60_000;
/** A shorter secret could be guessed. */
const CHARACTERS = 16;

/**
 * The secret that webhooks sign with, read when it is asked for, once a minute at most.
 *
 * @returns a function that throws when the secret can't be read, or is too short to be one
 */
export function createWebhookSecret(read: SecretReader, secret: string, now: () => number) {
  let known: { readonly value: string; readonly readAt: number } | undefined;
  return async (): Promise<string> => {
    if (known && now() - known.readAt < KEPT_MS) return known.value;
    const value = (await readSecretText(read, secret)).trim();
    if (value.length < CHARACTERS) throw new Error(`the webhooks' secret has less than ${CHARACTERS} characters`);
    known = { value, readAt: now() };
    return value;
  };
}
