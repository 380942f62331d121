import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { jitteredPause, type Pause } from './back-off.ts';

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

  constructor(status: number, answer: string) {
    super(`answered ${status}: ${answer.slice(0, 500)}`);
    this.status = status;
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
 * Calls a service with nothing but AWS's own signer. For single operations whose SDK client would be most of a bundle: the
 * clients of S3, Systems Manager and Kinesis can't be shaken down to one operation, and are 150, 80 and 30 KiB for one request each.
 * Credentials are found as every client finds them; in the bundles that means in the environment.
 */
export function createSignedCall({
  service,
  region,
  pause = jitteredPause(100, 1_000),
}: SignedCallOptions): SignedCall {
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
        return await send(signer, request);
      } catch (error) {
        if (attempt === ATTEMPTS || !mayPass(error)) throw error;
        await pause(attempt - 1);
      }
    }
  };
}

/** Every attempt is signed anew: a signature is good for five minutes from its own time on. */
async function send(signer: SignatureV4, { method, endpoint, path, headers, body }: ServiceRequest): Promise<string> {
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
  const signed = await signer.sign(unsigned);
  const response = await fetch(`${protocol}//${host}${path}`, {
    method,
    headers: signed.headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(SILENCE_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new ServiceRefusal(response.status, answer);
  return answer;
}

/** Nobody answered, or the service says that it is busy. */
const mayPass = (error: unknown) =>
  !(error instanceof ServiceRefusal) || error.status === 429 || error.status >= 500 || PASSING.test(error.message);
