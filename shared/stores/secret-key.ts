import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SecretReader } from './secret-reader.ts';

/**
 * A key that lies in a secret; read at cold start, so that no event costs a call.
 *
 * @throws Error when the secret can't be read or holds nothing: what it protects must not go unprotected
 */
export async function readSecretKey(read: SecretReader, secret: string): Promise<KeyObject> {
  const bytes = await read(secret);
  if (bytes.length === 0) throw new Error(`secret ${secret} is empty`);
  return createSecretKey(bytes);
}
