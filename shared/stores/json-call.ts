import { serviceEndpoint, type Variables } from './service-endpoint.ts';
import { createSignedCall, type ServiceRequest } from './signed-call.ts';

/** Asks a service for one operation. @returns the answer, parsed and not yet believed. @throws ServiceRefusal, or the last error when nobody answered */
export type JsonCall = (input: unknown) => Promise<unknown>;

/** One operation of a service that speaks AWS JSON. */
export interface JsonOperation {
  /** As signatures and hosts name it: `ssm`. */
  readonly service: 'kinesis' | 'secretsmanager' | 'sqs' | 'ssm';
  /** The service's API version in the name of the operation, as `X-Amz-Target` has it: `AmazonSSM.GetParametersByPath`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
}

/**
 * Calls one operation by AWS JSON (Smithy 2.0, "AWS JSON 1.0 protocol"). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeJsonCall(variables: Variables, { service, ...operation }: JsonOperation): JsonCall {
  const { region, url } = serviceEndpoint(service, variables);
  const call = createSignedCall({ service, region });
  return async (input) => JSON.parse(await call(jsonRequest(url, operation, input)));
}

/** One operation as it is posted. @param endpoint where the service is */
export const jsonRequest = (
  endpoint: string,
  { target, version }: Pick<JsonOperation, 'target' | 'version'>,
  input: unknown,
): ServiceRequest => ({
  method: 'POST',
  endpoint,
  path: '/',
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
  body: JSON.stringify(input),
});
