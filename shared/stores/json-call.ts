import type { Pause } from './back-off.ts';
import { serviceEndpoint } from './service-endpoint.ts';
import { createSignedCall } from './signed-call.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Asks a service for one operation. @returns the answer, parsed and not yet believed. @throws ServiceRefusal, or the last error when nobody answered */
export type JsonCall = (input: unknown) => Promise<unknown>;

/** One operation of a service that speaks AWS JSON. */
export interface JsonOperation {
  /** As signatures and hosts name it: `ssm`. */
  readonly service: 'kinesis' | 'secretsmanager' | 'sqs' | 'ssm';
  /** The service's API version in the name of the operation, as `X-Amz-Target` has it: `AmazonSSM.GetParametersByPath`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** Waited before a call is tried again. @default see createSignedCall */
  readonly pause?: Pause;
}

/**
 * Calls one operation by AWS JSON (Smithy 2.0, "AWS JSON 1.0 protocol"). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeJsonCall(variables: Variables, { service, target, version, pause }: JsonOperation): JsonCall {
  const { region, url } = serviceEndpoint(service, variables);
  const call = createSignedCall({ service, region, ...(pause && { pause }) });
  const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
  return async (input) =>
    JSON.parse(await call({ method: 'POST', endpoint: url, path: '/', headers, body: JSON.stringify(input) }));
}
