import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type {
  APIGatewayProxyStructuredResultV2,
  LambdaFunctionURLEvent,
  LambdaFunctionURLEventWithIAMAuthorizer,
} from 'aws-lambda';

/** What a function gives back for a request. */
interface FunctionAnswer {
  readonly statusCode?: number | undefined;
  readonly headers?: APIGatewayProxyStructuredResultV2['headers'];
  readonly body?: string | undefined;
}

export interface FunctionUrlOptions {
  readonly region: string;
  readonly accountId: string;
  readonly handler: (event: LambdaFunctionURLEventWithIAMAuthorizer) => Promise<FunctionAnswer>;
}

/**
 * A function's URL with IAM authentication, on one machine (Lambda Developer Guide, "Invoking Lambda function URLs": the
 * request and response payloads). It demands a signature as Lambda does and, like every emulator, checks none: the access key
 * in it is taken for the name of the IAM user who calls.
 *
 * @returns the server, not yet listening
 */
export function createFunctionUrl({ region, accountId, handler }: FunctionUrlOptions): Server {
  return answerRequests(async (request) => {
    const event = await eventOf(request, region);
    const accessKey = accessKeyIn(request.headers.authorization);
    if (accessKey === undefined) return { statusCode: 403, body: JSON.stringify({ Message: 'Forbidden' }) };
    const iam = {
      accessKey,
      accountId,
      callerId: accessKey,
      cognitoIdentity: null,
      principalOrgId: '',
      userArn: `arn:aws:iam::${accountId}:user/${accessKey}`,
      userId: accessKey,
    } as const;
    return handler({ ...event, requestContext: { ...event.requestContext, accountId, authorizer: { iam } } });
  });
}

/**
 * The same for whoever reaches the address, as a function's URL without authentication.
 *
 * @returns the server, not yet listening
 */
export const createOpenFunctionUrl = (
  region: string,
  handler: (event: LambdaFunctionURLEvent) => Promise<FunctionAnswer>,
): Server => answerRequests(async (request) => handler(await eventOf(request, region)));

const answerRequests = (answer: (request: IncomingMessage) => Promise<FunctionAnswer>): Server =>
  createServer((request, response) => {
    answer(request).then(
      (result) => send(response, result),
      // What Lambda answers for a function that threw; the reason is in the function's log alone.
      () => send(response, { statusCode: 502, body: 'Internal Server Error' }),
    );
  });

/** The request as Lambda hands it over (payload format 2.0), its body always in base64. */
async function eventOf(request: IncomingMessage, region: string): Promise<LambdaFunctionURLEvent> {
  const body = await buffer(request);
  const url = new URL(request.url ?? '/', 'http://local');
  const [time, method] = [new Date(), request.method ?? 'GET'];
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: `local.lambda-url.${region}.on.aws`,
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: time.toISOString(),
      timeEpoch: time.getTime(),
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

/** The access key of a signature of version 4 for Lambda, or nothing. */
const accessKeyIn = (authorization = '') =>
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/\d{8}\/[\w-]+\/lambda\/aws4_request,/.exec(authorization)?.[1];

function send(response: ServerResponse, { statusCode = 200, headers = {}, body = '' }: FunctionAnswer) {
  response.writeHead(
    statusCode,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  );
  response.end(body);
}
