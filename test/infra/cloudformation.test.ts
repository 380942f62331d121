import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeS3Client, makeSsmClient } from '../../shared/stores/clients.ts';
import { serviceEndpoint } from '../../shared/stores/service-endpoint.ts';
import { connectCloudFormation } from './cloudformation.ts';
import { SYNTHESIS_TIMEOUT, type SynthesisedStack, synthesise } from './synthesised-stack.ts';

const { AWS_ENDPOINT_URL_CLOUDFORMATION, AWS_ENDPOINT_URL, AWS_REGION: region = 'us-east-1' } = process.env;
const endpoint = AWS_ENDPOINT_URL_CLOUDFORMATION || AWS_ENDPOINT_URL;
const account = process.env.AWS_ACCOUNT_ID ?? '000000000000';
const why = endpoint
  ? ''
  : ': AWS_ENDPOINT_URL_CLOUDFORMATION names no service that could make it (nothing is embedded that can)';

/** An archive without files. What the functions do is tested elsewhere; here their places are made. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** What stands beside the template in the account: a bucket for it, and what `cdk bootstrap` and `cdk deploy` would have left. */
async function upload(template: object, bootstrapped: readonly Asset[]): Promise<string> {
  const s3 = makeS3Client();
  const ssm = makeSsmClient();
  const Bucket = `borderwatch-template-${randomUUID().slice(0, 8)}`;
  try {
    for (const name of new Set([Bucket, ...bootstrapped.map(({ bucket }) => bucket)]))
      await s3.send(new CreateBucketCommand({ Bucket: name }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'template.json', Body: JSON.stringify(template) }));
    for (const { bucket, key } of bootstrapped)
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: EMPTY_ZIP }));
    await ssm.send(
      new PutParameterCommand({
        Name: '/cdk-bootstrap/hnb659fds/version',
        Value: '30',
        Type: 'String',
        Overwrite: true,
      }),
    );
  } finally {
    s3.destroy();
    ssm.destroy();
  }
  return `${serviceEndpoint('s3', { ...process.env, AWS_REGION: region }).url}/${Bucket}/template.json`;
}

interface Asset {
  readonly bucket: string;
  readonly key: string;
}

describe.skipIf(!endpoint)(`the template in CloudFormation${why}`, { timeout: SYNTHESIS_TIMEOUT }, () => {
  const stackName = 'borderwatch-trial';
  const cloudFormation = connectCloudFormation(endpoint ?? '', region);
  let stack: SynthesisedStack;
  let templateUrl = '';
  beforeAll(async () => {
    stack = synthesise({ region, account, removalPolicy: 'destroy' });
    const assets = stack.ofType('AWS::Lambda::Function').map(({ properties }) => {
      const { S3Bucket, S3Key } = properties.Code as { readonly S3Bucket: string; readonly S3Key: string };
      return { bucket: S3Bucket, key: S3Key };
    });
    templateUrl = await upload(stack.template, assets);
  }, SYNTHESIS_TIMEOUT);

  it('is valid', async () => {
    await expect(cloudFormation.validate(templateUrl)).resolves.toBeUndefined();
  });

  it('becomes a stack with every resource that it names', async () => {
    try {
      await cloudFormation.create(stackName, templateUrl);

      const made = await cloudFormation.resources(stackName);
      const missing = stack.resources.filter(({ id }) => made.get(id) !== 'CREATE_COMPLETE').map(({ id }) => id);
      expect(missing).toEqual([]);
    } finally {
      await cloudFormation.remove(stackName);
    }
  });
});
