import { readFileSync } from 'node:fs';
import type { FunctionBundle } from '../../../infra/function-bundles.ts';

/** Operations that go out signed by hand, by the file that sends them. */
const BY_HAND: { readonly [file: string]: string } = {
  'shared/stores/object-writer.ts': 's3:PutObject',
  'shared/stores/parameter-reader.ts': 'ssm:GetParametersByPath',
  'shared/stores/record-writer.ts': 'kinesis:PutRecord',
  'shared/stores/secret-reader.ts': 'secretsmanager:GetSecretValue',
  'shared/stores/message-sender.ts': 'sqs:SendMessage',
  'shared/stores/message-visibility.ts': 'sqs:ChangeMessageVisibility',
  'shared/stores/sns-publish.ts': 'sns:Publish',
  'shared/stores/sqs-alert-queue.ts': 'sqs:SendMessage',
  'shared/stores/waiting-messages.ts': 'sqs:GetQueueAttributes',
};
/** Clients whose name isn't their prefix in IAM. */
const IAM_PREFIXES: { readonly [client: string]: string } = { eventbridge: 'events' };
/** What the stores ask DynamoDB for by name, the only texts in a bundle that are these words. */
const DYNAMODB = ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];

/**
 * Every AWS operation that a bundle could ask for: its source map names the commands of the SDK that are left in it once
 * what nobody reaches was shaken out, and the code the operations of DynamoDB that stores call.
 *
 * @returns IAM actions
 */
export function operationsInBundle({ file }: FunctionBundle): ReadonlySet<string> {
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { readonly sources: readonly string[] };
  const code = readFileSync(file, 'utf8');
  const ofStores = DYNAMODB.filter((operation) => code.includes(`("${operation}",`));
  return new Set([
    ...ofStores.map((operation) => `dynamodb:${operation}`),
    ...sources.flatMap((source) => {
      const byHand = Object.keys(BY_HAND).find((path) => source.endsWith(path));
      if (byHand) return [BY_HAND[byHand] ?? ''];
      const [, client, operation] = /client-([\w-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(source) ?? [];
      if (client === undefined || operation === undefined) return [];
      const prefix = client.replaceAll('-', '');
      return [`${IAM_PREFIXES[prefix] ?? prefix}:${operation}`];
    }),
  ]);
}
