import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listen } from '../../../infra/local/http-server.ts';

/** Stands before a real endpoint and refuses what it is told to; kinesalite itself never throttles. */
export interface KinesisProxy {
  readonly url: string;
  /** Answers the next requests for an operation by an error. */
  readonly refuse: (operation: string, error: string, times: number) => void;
  /** How many requests were refused. */
  readonly refused: () => number;
  readonly stop: () => Promise<void>;
}

export async function startKinesisProxy(target: string): Promise<KinesisProxy> {
  let rule = { operation: '', error: '', times: 0 };
  let refused = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    if (rule.times > 0 && operation === rule.operation) {
      rule = { ...rule, times: rule.times - 1 };
      refused += 1;
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: rule.error, message: 'refused' }));
      return;
    }
    const headers = Object.entries(request.headers).filter(
      ([name]) => name.startsWith('x-amz') || name === 'authorization',
    );
    const forwarded = await fetch(target, {
      method: 'POST',
      headers: {
        ...Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
        'content-type': 'application/x-amz-json-1.1',
      },
      body,
    });
    response.writeHead(forwarded.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(Buffer.from(await forwarded.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  return {
    url: await listen(server, 0, '127.0.0.1', 'the proxy'),
    refuse: (operation, error, times) => {
      rule = { operation, error, times };
    },
    refused: () => refused,
    stop: () => closeServer(server),
  };
}
