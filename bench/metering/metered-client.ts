import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HttpRequest, HttpResponse } from '@smithy/core/transport';
import type { MemoryTables } from './memory-tables.ts';

/** What answers in DynamoDB's place. */
export type Answering = Pick<MemoryTables, 'answer'>;

/** How long the answers took, which is no time of the stores. */
export interface AnswerTime {
  /** By the clock. */
  seconds: number;
  /** Of the processor. */
  cpuSeconds: number;
}

export const noAnswerTime = (): AnswerTime => ({ seconds: 0, cpuSeconds: 0 });

function timed<Value>(time: AnswerTime, act: () => Value): Value {
  const started = performance.now();
  const cpuBefore = process.threadCpuUsage();
  try {
    return act();
  } finally {
    const { user, system } = process.threadCpuUsage(cpuBefore);
    time.cpuSeconds += (user + system) / 1e6;
    time.seconds += (performance.now() - started) / 1e3;
  }
}

/**
 * Answers a client's requests before they are serialised: what a store asks for and no SDK, for counts and for what the rest costs.
 */
export function answerCommands(client: DynamoDBClient, { answer }: Answering, time: AnswerTime = noAnswerTime()) {
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        const output = timed(time, () => answer(commandName.replace('Command', ''), input));
        return { response: new HttpResponse({ statusCode: 200 }), output: { $metadata: {}, ...output } };
      },
    { step: 'initialize', priority: 'low', name: 'answerCommands' },
  );
}

/**
 * Answers a client's requests where they would have gone on the wire, as DynamoDB does in JSON 1.0: with everything that the SDK
 * does before and after, and no sockets.
 */
export function answerRequests(client: DynamoDBClient, { answer }: Answering, time: AnswerTime = noAnswerTime()) {
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        if (!HttpRequest.isInstance(request)) throw new Error('not a request over HTTP');
        const response = timed(time, () => respond(request, answer));
        // The deserialiser, which lies around this one, fills in the output.
        return { response, output: { $metadata: {} } };
      },
    { step: 'deserialize', priority: 'low', name: 'answerRequests' },
  );
}

function respond({ headers, body }: HttpRequest, answer: Answering['answer']): HttpResponse {
  const operation = headers['x-amz-target']?.split('.')[1] ?? '';
  try {
    return jsonResponse(200, answer(operation, decodeBinary(JSON.parse(textOf(body)))));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const type = `com.amazonaws.dynamodb.v20120810#${error.name}`;
    return jsonResponse(400, { __type: type, message: error.message });
  }
}

const textOf = (body: unknown) => (body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));

const jsonResponse = (statusCode: number, value: object) =>
  new HttpResponse({
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: new TextEncoder().encode(JSON.stringify(encodeBinary(value))),
  });

type Json = { readonly [name: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Binary attributes are base64 on the wire. An attribute called `B` would hold an object and not a text. */
function decodeBinary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeBinary);
  if (!isObject(value)) return value;
  if (typeof value.B === 'string') return { B: new Uint8Array(Buffer.from(value.B, 'base64')) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decodeBinary(member)]));
}

function encodeBinary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encodeBinary);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encodeBinary(member)]));
}
