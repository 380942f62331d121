import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createParameterStore } from './parameter-store.ts';
import { createSecretStore } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

export interface ParameterEndpointOptions {
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds of dates in answers. @default the wall clock */
  readonly now?: () => number;
}

type Operations = Readonly<Record<string, (request: object) => object>>;

/**
 * An HTTP server that speaks the AWS JSON 1.1 protocol of Parameter Store (`AmazonSSM.*`) and Secrets Manager
 * (`secretsmanager.*`), in memory. It checks requests as AWS does and, like every emulator, no signature.
 *
 * @returns the server, not yet listening
 */
export function createParameterEndpoint(options: ParameterEndpointOptions): Server {
  const { region, accountId, now = Date.now } = options;
  const context = { region, accountId, now };
  // Requests come from the SDK, which has checked them against the same types.
  const services: Readonly<Record<string, Operations>> = {
    AmazonSSM: createParameterStore(context) as unknown as Operations,
    secretsmanager: createSecretStore(context) as unknown as Operations,
  };
  return createServer((request, response) => {
    answer(services, request).then(
      (body) => send(response, 200, body),
      (error) => send(response, error instanceof ServiceError ? error.status : 500, errorBody(error)),
    );
  });
}

async function answer(services: Readonly<Record<string, Operations>>, request: IncomingMessage): Promise<object> {
  const body = await text(request);
  const [service = '', name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const operations = Object.hasOwn(services, service) ? services[service] : undefined;
  const operation = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (request.method !== 'POST' || !operation) throw new ServiceError('UnknownOperationException');
  if (!request.headers.authorization) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  return operation(parseObject(body));
}

function parseObject(body: string): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ServiceError('SerializationException');
  }
  if (typeof value !== 'object' || value === null) throw new ServiceError('SerializationException');
  return value;
}

function errorBody(error: unknown): object {
  if (error instanceof ServiceError) {
    return { __type: error.type, ...(error.message && { message: error.message }) };
  }
  return { __type: 'InternalServerError', message: String(error) };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}
