import * as z from 'zod/mini';
import { makeJsonCall } from './json-call.ts';
import type { Variables } from './service-endpoint.ts';

/** One page of the parameters below a path. */
export type ParameterReader = (path: string, nextToken: string | undefined) => Promise<ParameterPage>;
export type ParameterPage = z.output<typeof page>;

const page = z.object({
  Parameters: z.optional(z.array(z.object({ Name: z.string(), Value: z.string() }))),
  NextToken: z.optional(z.nullable(z.string())),
});

/** The most that the service gives at once. */
const PARAMETERS_A_PAGE = 10;

/**
 * Systems Manager's GetParametersByPath and nothing else of it (Systems Manager API reference). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeParameterReader(variables: Variables): ParameterReader {
  const call = makeJsonCall(variables, { service: 'ssm', target: 'AmazonSSM.GetParametersByPath', version: '1.1' });
  return async (path, nextToken) =>
    z.parse(page, await call({ Path: path, Recursive: true, MaxResults: PARAMETERS_A_PAGE, NextToken: nextToken }));
}
