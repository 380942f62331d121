import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '../../infra/local/http-server.ts';

export interface ProxiedRequest {
  /** The last part of X-Amz-Target, such as PutItem. */
  readonly operation: string;
  readonly body: string;
}
export interface ProxiedResponse {
  readonly status: number;
  readonly body: string;
}
/** What happens to one request: it decides what is forwarded and what comes back; `lost` closes the connection. */
export type Fault = (
  request: ProxiedRequest,
  forward: (body: string) => Promise<ProxiedResponse>,
) => Promise<ProxiedResponse | 'lost'>;

/** A wire between the SDK and a service that speaks AWS JSON, on which tests break what networks break. */
export interface FaultProxy {
  readonly url: string;
  /** Operations that arrived since the last fault was set. */
  readonly operations: readonly string[];
  readonly setFault: (fault: Fault) => void;
  readonly stop: () => Promise<void>;
}

/** A client whose every request goes through a proxy of its own. */
export interface FaultyClient<Client> {
  readonly client: Client;
  readonly proxy: FaultProxy;
  readonly stop: () => Promise<void>;
}

/**
 * Makes a client of the project talk through a fault proxy, by the SDK's own endpoint variable.
 *
 * @param warmUp any call: the SDK looks its endpoint up on the first one
 */
export async function connectThroughFaults<Client extends { destroy: () => void }>(
  endpointVariable: string,
  makeClient: () => Client,
  warmUp: (client: Client) => Promise<unknown>,
): Promise<FaultyClient<Client>> {
  const target = process.env[endpointVariable];
  if (!target) throw new Error(`${endpointVariable} is not set`);
  const proxy = await startFaultProxy(target);
  process.env[endpointVariable] = proxy.url;
  try {
    const client = makeClient();
    await warmUp(client);
    if (proxy.operations.length !== 1) throw new Error('the client does not talk through the proxy');
    const stop = async () => {
      client.destroy();
      await proxy.stop();
    };
    return { client, proxy, stop };
  } finally {
    process.env[endpointVariable] = target;
  }
}

const passThrough: Fault = (request, forward) => forward(request.body);

async function startFaultProxy(target: string): Promise<FaultProxy> {
  let fault = passThrough;
  const operations: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    operations.push(operation);
    const outcome = await fault({ operation, body }, (sent) => forwardTo(target, request.headers, sent));
    if (outcome === 'lost') {
      request.socket.destroy();
      return;
    }
    response.writeHead(outcome.status, { 'content-type': 'application/x-amz-json-1.0' }).end(outcome.body);
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

async function forwardTo(target: string, headers: IncomingHttpHeaders, body: string): Promise<ProxiedResponse> {
  const names = ['authorization', 'x-amz-date', 'x-amz-target', 'content-type'] as const;
  const kept = names.map((name) => [name, String(headers[name])]);
  const response = await fetch(target, { method: 'POST', headers: Object.fromEntries(kept), body });
  return { status: response.status, body: await response.text() };
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
