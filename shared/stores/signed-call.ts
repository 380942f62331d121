import type { Readable } from 'node:stream';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { jitteredPause, type Pause } from './back-off.ts';
import { httpHandler } from './http-handler.ts';

/** One HTTP request to an AWS service, before it is signed. */
export interface ServiceRequest {
  readonly method: 'POST' | 'PUT';
  /** Where the service is, without a path. */
  readonly endpoint: string;
  /** Encoded already; begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a request and gives back the answer's text. @throws ServiceRefusal, or the last error when nobody answered */
export type SignedCall = (request: ServiceRequest) => Promise<string>;

/** The service answered, and not with what was asked for. */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';
  readonly status: number;
  /** The service's word for it, such as `ResourceNotFoundException`; empty where the answer has none. */
  readonly code: string;

  constructor(status: number, answer: string) {
    super(`answered ${status}: ${answer.slice(0, 500)}`);
    this.status = status;
    this.code = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)|<Code>(\w+)/.exec(answer)?.slice(1).find(Boolean) ?? '';
  }
}

export interface SignedCallOptions {
  /** As signatures name it: `s3`, `ssm`, `kinesis`. */
  readonly service: string;
  readonly region: string;
  /** Waited before it is tried again. @default full jitter, 100 ms doubling to a second */
  readonly pause?: Pause;
}

const ATTEMPTS = 4;
const SILENCE_MS = 5_000;
/** The SDK's own list for these services: what passes when it is asked again. */
const PASSING =
  /Throttl|ThroughputExceeded|LimitExceeded|TooManyRequests|SlowDown|RequestTimeout|InternalError|InternalServerError/;

/**
 * Calls a service with nothing but AWS's own signer and the handler that the SDK's clients use. For single operations whose SDK
 * client would be most of a bundle: no client can be shaken down to one operation, and that of S3 is 150 KiB for one request, of
 * Systems Manager 80, of Kinesis 30, of SQS and Secrets Manager 23 each.
 * Credentials are found as every client finds them; in the bundles that means in the environment.
 */
export function createSignedCall({
  service,
  region,
  pause = jitteredPause(100, 1_000),
}: SignedCallOptions): SignedCall {
  const http = httpHandler(SILENCE_MS);
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
        return await send(signer, http, request);
      } catch (error) {
        if (attempt === ATTEMPTS || !mayPass(error)) throw error;
        await pause(attempt - 1);
      }
    }
  };
}

/** Every attempt is signed anew: a signature is good for five minutes from its own time on. */
async function send(
  signer: SignatureV4,
  http: NodeHttpHandler,
  { method, endpoint, path, headers, body }: ServiceRequest,
): Promise<string> {
  const { protocol, host, hostname, port } = new URL(endpoint);
  const unsigned = new HttpRequest({
    method,
    protocol,
    hostname,
    ...(port && { port: Number(port) }),
    path,
    headers: { ...headers, host },
    body,
  });
  const { response } = await http.handle(HttpRequest.clone(await signer.sign(unsigned)));
  const answer = await textOf(response.body);
  if (response.statusCode >= 300) throw new ServiceRefusal(response.statusCode, answer);
  return answer;
}

const textOf = async (body: Readable): Promise<string> => Buffer.concat(await body.toArray()).toString();

/** Nobody answered, or the service says that it is busy. */
const mayPass = (error: unknown) =>
  !(error instanceof ServiceRefusal) || error.status === 429 || error.status >= 500 || PASSING.test(error.message);
