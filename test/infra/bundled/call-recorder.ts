import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Emulators } from '../../../infra/local/emulators.ts';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { type PermittedCall, permittedCalls } from './permitted-calls.ts';

/** What the wire does instead of handing a request on: an answer, or nothing for most. */
export type Interference = (
  call: PermittedCall,
  body: string,
) => { readonly status: number; readonly body: string } | undefined;

/** Where each service is, by the name that its requests are signed for. */
export type Endpoints = Emulators['endpoints'] & { readonly events: string; readonly securityhub: string };

/** The one way from a function to every service, on which each call is noted. */
export interface CallRecorder {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** What was asked for so far, in IAM's words. */
  readonly calls: readonly PermittedCall[];
  readonly interfere: (interference: Interference) => void;
  readonly stop: () => Promise<void>;
}

/** @param endpoints where each service is */
export async function startCallRecorder(endpoints: Endpoints): Promise<CallRecorder> {
  const calls: PermittedCall[] = [];
  let interference: Interference = () => undefined;
  const answer = async (request: IncomingMessage) => {
    const body = await text(request);
    const service = serviceOf(request);
    const asked = permittedCalls(service, request, body);
    calls.push(...asked);
    const instead = asked.map((call) => interference(call, body)).find((found) => found !== undefined);
    if (instead) return instead;
    const {
      host: _,
      connection: __,
      'content-length': ___,
      'transfer-encoding': ____,
      expect: _____,
      ...headers
    } = request.headers;
    const response = await fetch(`${endpoints[service]}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      ...(body && { body }),
    });
    // Whoever may not list a bucket hears of an object that isn't there that it is forbidden.
    if (service === 's3' && response.status === 404)
      calls.push(...asked.map(({ resource }) => ({ action: 's3:ListBucket', resource: resource.split('/')[0] ?? '' })));
    return { status: response.status, body: await response.text(), type: response.headers.get('content-type') };
  };
  const server = createServer(async (request, response) => {
    try {
      const { status, body, ...rest } = await answer(request);
      const type = ('type' in rest && rest.type) || 'application/x-amz-json-1.0';
      response.writeHead(status, { 'content-type': type }).end(body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  const url = await listen(server, 0, '127.0.0.1', 'the call recorder');
  return {
    url,
    calls,
    interfere: (next) => {
      interference = next;
    },
    stop: () => closeServer(server),
  };
}

/** The signature names the service. */
function serviceOf({ headers }: IncomingMessage): keyof Endpoints {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([a-z0-9]+)\//.exec(headers.authorization ?? '') ?? [];
  const known = ['kinesis', 'dynamodb', 'sqs', 'sns', 's3', 'ssm', 'secretsmanager', 'events', 'securityhub'] as const;
  const found = known.find((name) => name === service);
  if (!found) throw new Error(`a request is signed for ${service || 'nobody'}: ${headers.authorization}`);
  return found;
}
