import * as z from 'zod/mini';
import { serviceEndpoint } from './service-endpoint.ts';
import { createSignedCall } from './signed-call.ts';

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
 * Systems Manager's GetParametersByPath and nothing else of it (Systems Manager API reference; JSON 1.1). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeParameterReader(variables: Readonly<Record<string, string | undefined>>): ParameterReader {
  const { region, url } = serviceEndpoint('ssm', variables);
  const call = createSignedCall({ service: 'ssm', region });
  return async (path, nextToken) => {
    const answer = await call({
      method: 'POST',
      endpoint: url,
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParametersByPath' },
      body: JSON.stringify({ Path: path, Recursive: true, MaxResults: PARAMETERS_A_PAGE, NextToken: nextToken }),
    });
    return z.parse(page, JSON.parse(answer));
  };
}
