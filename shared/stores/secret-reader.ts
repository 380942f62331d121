import * as z from 'zod/mini';
import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

/** Reads what a secret holds now. @param secret its name or ARN. @throws ServiceRefusal when it can't be read */
export type SecretReader = (secret: string) => Promise<Uint8Array>;

const answer = z.object({ SecretString: z.optional(z.string()), SecretBinary: z.optional(z.string()) });

/**
 * Secrets Manager's GetSecretValue and nothing else of it (Secrets Manager API reference). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeSecretReader(variables: Variables): SecretReader {
  const call = makeJsonCall(variables, {
    service: 'secretsmanager',
    target: 'secretsmanager.GetSecretValue',
    version: '1.1',
  });
  return async (secret) => {
    const { SecretString, SecretBinary } = z.parse(answer, await call({ SecretId: secret }));
    return SecretBinary === undefined ? Buffer.from(SecretString ?? '') : Buffer.from(SecretBinary, 'base64');
  };
}

/** The same as text. @throws ServiceRefusal when it can't be read */
export const readSecretText = async (read: SecretReader, secret: string): Promise<string> =>
  new TextDecoder().decode(await read(secret));
