import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { httpHandler } from './http-handler.ts';

/**
 * A DynamoDB client for tools: what functions ask of tables goes out by `makeDynamoCall`. As for every client here, region,
 * credentials and endpoint come from the SDK's own variables and files.
 */
export const makeDynamoClient = (): DynamoDBClient =>
  new DynamoDBClient({ requestHandler: httpHandler(5_000), maxAttempts: 4 });

/**
 * An SQS client for tools and tests: what functions ask of queues goes out by `makeJsonCall`.
 *
 * The client would follow the host in the queue's URL instead of AWS_ENDPOINT_URL_SQS, so a local queue's URL, which
 * names a host that doesn't resolve, would never be reached.
 */
export const makeSqsClient = (): SQSClient =>
  new SQSClient({ requestHandler: httpHandler(5_000), maxAttempts: 4, useQueueUrlAsEndpoint: false });

/** An SNS client for tools and for the canary: what functions publish goes out by `makeSnsPublish`. */
export const makeSnsClient = (): SNSClient => new SNSClient({ requestHandler: httpHandler(5_000), maxAttempts: 4 });

/**
 * An S3 client; make one at cold start.
 *
 * @param silence milliseconds; longer for whoever streams an object and lets it wait meanwhile
 */
export const makeS3Client = (silence = 5_000): S3Client =>
  new S3Client({ requestHandler: httpHandler(silence), maxAttempts: 4 });

/** A Parameter Store client for tools: what functions read goes out by `makeParameterReader`. Forty reads a second are allowed by default. */
export const makeSsmClient = (): SSMClient => new SSMClient({ requestHandler: httpHandler(5_000), maxAttempts: 4 });

/** A Secrets Manager client for tools: what functions read goes out by `makeSecretReader`. */
export const makeSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: httpHandler(5_000), maxAttempts: 4 });

/** A Kinesis client; the SDK's own would speak HTTP/2, which the local stream doesn't. A call may carry megabytes. */
export const makeKinesisClient = (): KinesisClient =>
  new KinesisClient({ requestHandler: httpHandler(15_000), maxAttempts: 4 });

/** An EventBridge client; make one at cold start. */
export const makeEventBridgeClient = (): EventBridgeClient =>
  new EventBridgeClient({ requestHandler: httpHandler(5_000), maxAttempts: 4 });

/** A Security Hub client; make one at cold start. Ten calls a second are allowed by default, so it backs off readily. */
export const makeSecurityHubClient = (): SecurityHubClient =>
  new SecurityHubClient({ requestHandler: httpHandler(10_000), maxAttempts: 4 });
