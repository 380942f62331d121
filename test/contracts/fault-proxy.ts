import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../infra/local/http-server.ts';

export interface ProxiedRequest {
  /** Such as PutItem: the last part of X-Amz-Target, or what a form calls Action. */
  readonly operation: string;
  readonly body: string;
}
export interface ProxiedResponse {
  readonly status: number;
  readonly body: string;
  /** @default AWS JSON */
  readonly contentType?: string;
}
/** What happens to one request: it decides what is forwarded and what comes back; `lost` closes the connection. */
export type Fault = (
  request: ProxiedRequest,
  forward: (body: string) => Promise<ProxiedResponse>,
) => Promise<ProxiedResponse | 'lost'>;

/** A wire between a client and a service that speaks AWS JSON or the query protocol, on which tests break what networks break. */
export interface FaultProxy {
  readonly url: string;
  /** Operations that arrived since the last fault was set. */
  readonly operations: readonly string[];
  readonly setFault: (fault: Fault) => void;
  readonly stop: () => Promise<void>;
}

const passThrough: Fault = (request, forward) => forward(request.body);

/** @param target the service's endpoint */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let fault = passThrough;
  const operations: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const operation = operationOf(request.headers, body);
    operations.push(operation);
    const outcome = await fault({ operation, body }, (sent) => forwardTo(target, request.headers, sent));
    if (outcome === 'lost') {
      request.socket.destroy();
      return;
    }
    const { status, contentType = 'application/x-amz-json-1.0' } = outcome;
    response.writeHead(status, { 'content-type': contentType }).end(outcome.body);
  };
  const server = createServer((request, response) => {
    // A client that goes away in the middle of a request is one of the things that networks do.
    answer(request, response).catch(() => request.socket.destroy());
  });
  const url = await listen(server, 0, '127.0.0.1', 'the fault proxy');
  return {
    url,
    operations,
    setFault: (next) => {
      fault = next;
      operations.length = 0;
    },
    stop: () => closeServer(server),
  };
}

const operationOf = (headers: IncomingHttpHeaders, body: string) =>
  headers['x-amz-target'] === undefined
    ? (new URLSearchParams(body).get('Action') ?? '')
    : (String(headers['x-amz-target']).split('.').at(-1) ?? '');

async function forwardTo(target: string, headers: IncomingHttpHeaders, body: string): Promise<ProxiedResponse> {
  const kept = Object.entries(headers).filter(
    ([name]) => name.startsWith('x-amz') || name === 'authorization' || name === 'content-type',
  );
  const response = await fetch(target, {
    method: 'POST',
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body,
  });
  const contentType = response.headers.get('content-type') ?? 'application/x-amz-json-1.0';
  return { status: response.status, body: await response.text(), contentType };
}

/** Lets the first request of an operation through and loses its response; everything after that passes. */
export function loseFirstResponseTo(operation: string): Fault {
  let lost = false;
  return async (request, forward) => {
    const response = await forward(request.body);
    if (lost || request.operation !== operation) return response;
    lost = true;
    return 'lost';
  };
}

/** Lets the first requests of an operation through and refuses the others, until it is told to stop: no retry helps. */
export function refuseAfter(passed: number, operation: string): Fault {
  let seen = 0;
  return async (request, forward) =>
    request.operation === operation && ++seen > passed ? REFUSAL : forward(request.body);
}

/** Refuses the first requests for an operation, as many as it is told, by an error of the service. */
export function refuseFirst(operation: string, error: string, times: number) {
  let refused = 0;
  const fault: Fault = async (request, forward) => {
    if (request.operation !== operation || refused === times) return forward(request.body);
    refused++;
    return { status: 400, body: JSON.stringify({ __type: error, message: 'refused' }) };
  };
  return { fault, refused: () => refused };
}

/** A refusal after which no call is repeated: the program dies between two of its writes. */
export const REFUSAL: ProxiedResponse = {
  status: 400,
  body: JSON.stringify({ __type: 'AccessDeniedException', message: 'refused' }),
};
