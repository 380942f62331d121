import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  DeleteItemInput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import { fromWire, toWire } from './attribute-bytes.ts';
import { httpHandler } from './http-handler.ts';
import { jsonRequest } from './json-call.ts';
import { serviceEndpoint, type Variables } from './service-endpoint.ts';
import { type Carrier, createSignedCall } from './signed-call.ts';

/** Operations that the stores use, as the SDK describes them. */
export interface DynamoOperations {
  readonly BatchGetItem: readonly [BatchGetItemInput, BatchGetItemOutput];
  readonly DeleteItem: readonly [DeleteItemInput, object];
  readonly GetItem: readonly [GetItemInput, GetItemOutput];
  readonly PutItem: readonly [PutItemInput, object];
  readonly Query: readonly [QueryInput, QueryOutput];
  readonly Scan: readonly [ScanInput, ScanOutput];
  readonly UpdateItem: readonly [UpdateItemInput, UpdateItemOutput];
}

/**
 * Asks DynamoDB for an operation.
 *
 * @param abortSignal ends the call
 * @throws ServiceRefusal or the SDK's exception, whose names `conditionHeld` knows, or the last error when nobody answered
 */
export type DynamoCall = <Operation extends keyof DynamoOperations>(
  operation: Operation,
  input: DynamoOperations[Operation][0],
  abortSignal?: AbortSignal,
) => Promise<DynamoOperations[Operation][1]>;

export interface DynamoCallOptions {
  /** @default the SDK's handler, and three silent seconds: DynamoDB answers in milliseconds, so they only ever mean a lost connection */
  readonly carrier?: Carrier;
}

const SILENCE_MS = 3_000;

/**
 * Calls DynamoDB by AWS JSON 1.0, which is the whole of its protocol (Amazon DynamoDB Developer Guide, "DynamoDB low-level API").
 * docs/decisions/0012 says why the functions do without the SDK's client.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeDynamoCall(
  variables: Variables,
  { carrier = httpHandler(SILENCE_MS) }: DynamoCallOptions = {},
): DynamoCall {
  const { region, url } = serviceEndpoint('dynamodb', variables);
  const call = createSignedCall({ service: 'dynamodb', region, carrier });
  return async (operation, input, abortSignal) => {
    const target = `DynamoDB_20120810.${operation}`;
    const request = jsonRequest(url, { target, version: '1.0' }, toWire(input));
    return fromWire(JSON.parse(await call({ ...request, abortSignal }))) as DynamoOperations[typeof operation][1];
  };
}
