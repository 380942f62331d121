import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Template } from '../../../infra/function-bundles.ts';
import type { LocalClients } from '../../../infra/local/clients.ts';

interface Named {
  readonly [property: string]: unknown;
}

/**
 * Makes in the emulators what the template makes in an account, under the same names and with the same keys, so that the
 * functions' environments hold as they are. Only secrets get an ARN of their own.
 *
 * @param parameters what some parameters hold instead of what the template says, by the last part of their name
 * @returns the secrets' ARNs by name
 */
export async function provisionFromTemplate(
  { Resources }: Template,
  { dynamodb, kinesis, s3, secretsManager, sns, sqs, ssm }: LocalClients,
  parameters: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, string>> {
  const make: { readonly [type: string]: (properties: Named) => Promise<unknown> } = {
    'AWS::DynamoDB::Table': ({ TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode }) =>
      dynamodb.send(
        new CreateTableCommand({
          TableName,
          KeySchema,
          AttributeDefinitions,
          BillingMode,
          ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes } : {}),
        } as CreateTableCommandInput),
      ),
    'AWS::SQS::Queue': ({ QueueName, FifoQueue }) =>
      sqs.send(
        new CreateQueueCommand({
          QueueName: String(QueueName),
          ...(FifoQueue === true && { Attributes: { FifoQueue: 'true' } }),
        }),
      ),
    'AWS::SNS::Topic': ({ TopicName }) => sns.send(new CreateTopicCommand({ Name: String(TopicName) })),
    'AWS::S3::Bucket': ({ BucketName }) => s3.send(new CreateBucketCommand({ Bucket: String(BucketName) })),
    'AWS::Kinesis::Stream': ({ Name }) =>
      kinesis.send(new CreateStreamCommand({ StreamName: String(Name), ShardCount: 1 })),
    'AWS::SSM::Parameter': ({ Name, Value }) => {
      const [, name = ''] = /^\/borderwatch\/[^/]+\/(.+)$/.exec(String(Name)) ?? [];
      const text = parameters[name] ?? String(Value);
      return ssm.send(new PutParameterCommand({ Name: String(Name), Value: text, Type: 'String' }));
    },
  };
  const secrets = new Map<string, string>();
  for (const { Type, Properties } of Object.values(Resources)) {
    await make[Type]?.(Properties);
    if (Type !== 'AWS::SecretsManager::Secret') continue;
    const name = String(Properties.Name);
    const { ARN = '' } = await secretsManager.send(
      new CreateSecretCommand({ Name: name, SecretString: `what was generated for ${name}` }),
    );
    secrets.set(name, ARN);
  }
  return secrets;
}
