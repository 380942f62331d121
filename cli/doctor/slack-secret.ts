import { DescribeSecretCommand, type DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { makeSecretsManagerClient } from '../../shared/stores/clients.ts';
import { type Check, type Finding, ok, wrong } from './check.ts';

/** Whether the function that posts to Slack can read its webhook's address; the address itself is not looked at. */
export const slackSecret = (secretArn: string): Check => ({
  name: 'secret of the Slack webhook',
  service: 'SECRETS_MANAGER',
  run: async () => {
    const client = makeSecretsManagerClient();
    return judgeSecret(await client.send(new DescribeSecretCommand({ SecretId: secretArn })), secretArn);
  },
});

type Described = Pick<DescribeSecretCommandOutput, 'DeletedDate' | 'KmsKeyId' | 'VersionIdsToStages'>;

/**
 * What a description of the secret comes to. Secrets Manager leaves the key out where it is its own (API reference,
 * DescribeSecret); that one may be used by whoever may read the secret, another one would have to allow it.
 */
export function judgeSecret({ DeletedDate, KmsKeyId, VersionIdsToStages = {} }: Described, secretArn: string): Finding {
  if (DeletedDate) return wrong('it is being deleted', `aws secretsmanager restore-secret --secret-id ${secretArn}`);
  if (KmsKeyId !== undefined && !/(^|:)alias\/aws\/secretsmanager$/.test(KmsKeyId))
    return wrong(
      `it is under the key ${KmsKeyId}, which the function may not use`,
      `aws secretsmanager update-secret --kms-key-id alias/aws/secretsmanager --secret-id ${secretArn}`,
    );
  if (!Object.values(VersionIdsToStages).flat().includes('AWSCURRENT'))
    return wrong('it holds nothing', `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string …`);
  return ok('there, and under a key that the function may use');
}
