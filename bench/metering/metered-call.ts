import { Readable } from 'node:stream';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type HttpRequest, HttpResponse } from '@smithy/core/transport';
import { fromWire, toWire } from '../../shared/stores/attribute-bytes.ts';
import { type DynamoCall, makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import type { Carrier } from '../../shared/stores/signed-call.ts';
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

/** Answers what stores ask for, and no wire: for counts, and for what the rest costs. */
export const answeringCall =
  ({ answer }: Answering, time: AnswerTime = noAnswerTime()): DynamoCall =>
  async (operation, input) =>
    timed(time, () => answer(operation, input));

/**
 * A call that is answered where it would have gone on the wire, as DynamoDB does in JSON 1.0: with everything that is done
 * before and after, and no sockets.
 */
export function answeredOnTheWire(answering: Answering, time: AnswerTime = noAnswerTime()): DynamoCall {
  const carrier: Carrier = {
    handle: async (request) => ({ response: timed(time, () => respond(request, answering)) }),
  };
  return makeDynamoCall(process.env, { carrier });
}

function respond({ headers, body }: HttpRequest, { answer }: Answering): HttpResponse {
  const operation = headers['x-amz-target']?.split('.')[1] ?? '';
  try {
    return jsonResponse(200, answer(operation, fromWire(JSON.parse(String(body)))));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const type = `com.amazonaws.dynamodb.v20120810#${error.name}`;
    return jsonResponse(400, { __type: type, message: error.message });
  }
}

const jsonResponse = (statusCode: number, value: object) =>
  new HttpResponse({
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Readable.from([Buffer.from(JSON.stringify(toWire(value)))]),
  });
