import type { Readable } from 'node:stream';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { jitteredPause, type Pause } from './back-off.ts';
import { CONNECTIONS, httpHandler } from './http-handler.ts';
import { createPlaces } from './places.ts';

/** One HTTP request to an AWS service, before it is signed. */
export interface ServiceRequest {
  readonly method: 'POST' | 'PUT';
  /** Where the service is, without a path. */
  readonly endpoint: string;
  /** Encoded already; begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Ends the request, and with it the call. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** Sends a request and gives back the answer's text. @throws ServiceRefusal, or the last error when nobody answered */
export type SignedCall = (request: ServiceRequest) => Promise<string>;

/** The service answered, and not with what was asked for. */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';
  readonly status: number;
  /** The service's word for it, such as `ResourceNotFoundException`; empty where the answer has none. */
  readonly code: string;
  /** What AWS Support asks for; empty where the answer has none. */
  readonly requestId: string;

  constructor(status: number, answer: string, requestId = '') {
    super(`answered ${status}: ${answer.slice(0, 500)}`);
    this.status = status;
    this.requestId = requestId;
    this.code = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)|<Code>(\w+)/.exec(answer)?.slice(1).find(Boolean) ?? '';
  }
}

/** A service's word for what went wrong, whether a signed call or the SDK threw it; an error's own name where nobody answered. */
export const errorCode = (error: unknown): string =>
  error instanceof ServiceRefusal ? error.code : error instanceof Error ? error.name : '';

/** What carries a signed request: the SDK's handler, or what a test or a benchmark puts in its place. */
export type Carrier = Pick<NodeHttpHandler, 'handle'>;

export interface SignedCallOptions {
  /** As signatures name it: `s3`, `ssm`, `kinesis`. */
  readonly service: string;
  readonly region: string;
  /** Waited before it is tried again where nobody answered or something broke. @default full jitter, 100 ms doubling to a second */
  readonly pause?: Pause;
  /** Waited where the service had too much to do. @default full jitter, a second doubling to twenty, as the SDK waits */
  readonly busyPause?: Pause;
  /** @default the SDK's handler, which gives up a connection that says nothing for five seconds */
  readonly carrier?: Carrier;
}

const ATTEMPTS = 4;
const SILENCE_MS = 5_000;
/** The words of these services for too much at once: capacity comes back by the second. */
const BUSY = /Throttl|ThroughputExceeded|LimitExceeded|TooManyRequests|SlowDown/;
/** What else passes when it is asked again, beside every status from 500 on. */
const PASSING = /RequestTimeout|InternalError|InternalServerError/;

/**
 * Calls a service with nothing but AWS's own signer and the handler that the SDK's clients use. For few operations whose SDK
 * client would be most of a bundle: no client can be shaken down to one operation, and that of S3 is 150 KiB for one request, of
 * DynamoDB 130, of Systems Manager 80, of Kinesis 30, of SQS and Secrets Manager 23 each.
 * Credentials are found as every client finds them; in the bundles that means in the environment.
 *
 * A batch of events means a thousand writes at once. Requests that wait for one of the connections count as connecting
 * meanwhile and would be given up in rows, so no more are begun than there are connections.
 */
export function createSignedCall({
  service,
  region,
  pause = jitteredPause(100, 1_000),
  busyPause = jitteredPause(1_000, 20_000),
  carrier = httpHandler(SILENCE_MS),
}: SignedCallOptions): SignedCall {
  const places = createPlaces(CONNECTIONS);
  const signer = new SignatureV4({
    service,
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
    // S3 signs the path as it is sent, everybody else an encoding of it.
    uriEscapePath: service !== 's3',
  });
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await places(() => send(signer, carrier, request));
      } catch (error) {
        if (attempt === ATTEMPTS || request.abortSignal?.aborted || !mayPass(error)) throw error;
        await (isBusy(error) ? busyPause : pause)(attempt - 1, request.abortSignal);
      }
    }
  };
}

/** Every attempt is signed anew: a signature is good for five minutes from its own time on. */
async function send(
  signer: SignatureV4,
  carrier: Carrier,
  { method, endpoint, path, headers, body, abortSignal }: ServiceRequest,
): Promise<string> {
  const { protocol, host, hostname, port } = new URL(endpoint);
  const unsigned = new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port && { port: Number(port) }),
    path,
    headers: { ...headers, ...traceHeader(), host },
    body,
  });
  const { response } = await carrier.handle(
    HttpRequest.clone(await signer.sign(unsigned)),
    abortSignal ? { abortSignal } : {},
  );
  const answer = await textOf(response.body);
  if (response.statusCode >= 300) throw new ServiceRefusal(response.statusCode, answer, requestIdOf(response.headers));
  return answer;
}

/** S3 spells it otherwise. */
const requestIdOf = (headers: Readonly<Record<string, string>>) =>
  headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];

/** Lambda names the trace of each invocation: with it a service goes on with the trace, and Lambda finds functions that set each other off. */
function traceHeader(): Readonly<Record<string, string>> {
  const { AWS_LAMBDA_FUNCTION_NAME, _X_AMZN_TRACE_ID: trace } = process.env;
  return AWS_LAMBDA_FUNCTION_NAME && trace ? { 'x-amzn-trace-id': trace } : {};
}

const textOf = async (body: Readable): Promise<string> => Buffer.concat(await body.toArray()).toString();

const isBusy = (error: unknown) => error instanceof ServiceRefusal && (error.status === 429 || BUSY.test(error.code));

/** Nobody answered, something broke at the service, or it is busy. */
const mayPass = (error: unknown) =>
  !(error instanceof ServiceRefusal) || isBusy(error) || error.status >= 500 || PASSING.test(error.code);
