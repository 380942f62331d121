// Run by emulators.test.ts as a process of its own: it has to end by itself once everything is stopped.
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createLocalClients } from '../../../infra/local/clients.ts';
import { startEmulators } from '../../../infra/local/emulators.ts';

const emulators = await startEmulators();
const { kinesis, dynamodb, sqs, s3 } = createLocalClients(emulators.environment);
await kinesis.send(new CreateStreamCommand({ StreamName: 'used', ShardCount: 1 }));
await kinesis.send(new ListShardsCommand({ StreamName: 'used' }));
await dynamodb.send(
  new CreateTableCommand({
    TableName: 'used',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }),
);
await s3.send(new CreateBucketCommand({ Bucket: 'used' }));
await s3.send(new PutObjectCommand({ Bucket: 'used', Key: 'object', Body: 'content' }));
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'used' }));
// Somebody is still waiting for a message, on a connection that stays open.
const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).catch(() => undefined);
await new Promise((resolve) => setTimeout(resolve, 50));
await emulators.stop();
await receive;
console.log('stopped');
