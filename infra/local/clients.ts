import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Clients of the local stack's own tools, which set it up before any part of the project runs. */
export interface LocalClients {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly secretsManager: SecretsManagerClient;
  /** Closes their connections. */
  readonly destroy: () => void;
}

/**
 * Makes clients for the servers that an environment names, whatever the process's own environment says.
 *
 * @param environment of Emulators
 * @throws Error naming a variable that is missing: without it the SDK would call the real service
 */
export function createLocalClients(environment: Readonly<Record<string, string>>): LocalClients {
  const need = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is missing in the environment of the local stack.`);
    return value;
  };
  const client = (service: string) => ({
    endpoint: need(`AWS_ENDPOINT_URL_${service}`),
    region: need('AWS_REGION'),
    credentials: { accessKeyId: need('AWS_ACCESS_KEY_ID'), secretAccessKey: need('AWS_SECRET_ACCESS_KEY') },
    requestHandler: new NodeHttpHandler(),
  });
  const clients = {
    kinesis: new KinesisClient(client('KINESIS')),
    dynamodb: new DynamoDBClient(client('DYNAMODB')),
    // A queue's URL is a name, not an address: without this the client would follow its host.
    sqs: new SQSClient({ ...client('SQS'), useQueueUrlAsEndpoint: false }),
    sns: new SNSClient(client('SNS')),
    s3: new S3Client(client('S3')),
    ssm: new SSMClient(client('SSM')),
    secretsManager: new SecretsManagerClient(client('SECRETS_MANAGER')),
  };
  return {
    ...clients,
    destroy: () => {
      for (const each of Object.values(clients)) each.destroy();
    },
  };
}
