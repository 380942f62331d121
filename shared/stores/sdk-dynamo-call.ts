import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoCall, DynamoOperations } from './dynamo-call.ts';
import { CONNECTIONS } from './http-handler.ts';
import { createPlaces } from './places.ts';

type Act = (client: DynamoDBClient, input: never, options: { abortSignal?: AbortSignal }) => Promise<object>;

const ACTS: { readonly [Operation in keyof DynamoOperations]: Act } = {
  BatchGetItem: (client, input, options) => client.send(new BatchGetItemCommand(input), options),
  DeleteItem: (client, input, options) => client.send(new DeleteItemCommand(input), options),
  GetItem: (client, input, options) => client.send(new GetItemCommand(input), options),
  PutItem: (client, input, options) => client.send(new PutItemCommand(input), options),
  Query: (client, input, options) => client.send(new QueryCommand(input), options),
  Scan: (client, input, options) => client.send(new ScanCommand(input), options),
  UpdateItem: (client, input, options) => client.send(new UpdateItemCommand(input), options),
};

/**
 * The stores' calls through an SDK client: for tools at somebody's desk, whose region and credentials come from profiles. No more
 * are begun than there are connections: what waits for one counts as connecting, and would be given up.
 */
export function callsThrough(client: DynamoDBClient): DynamoCall {
  const places = createPlaces(CONNECTIONS);
  return (operation, input, abortSignal) =>
    places(() => ACTS[operation](client, input as never, abortSignal ? { abortSignal } : {}));
}
