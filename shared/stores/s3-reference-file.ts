import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';

/** Prefix in the evidence bucket of what operators put there for the functions to refer to. */
export const REFERENCE_PREFIX = 'reference/';

export interface S3ReferenceFileOptions {
  readonly client: S3Client;
  readonly bucketName: string;
}

/** @returns a function that gives a reference file's text, or nothing where there is no such file */
export const createS3ReferenceFile =
  ({ client, bucketName }: S3ReferenceFileOptions) =>
  async (name: string): Promise<string | undefined> => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucketName, Key: `${REFERENCE_PREFIX}${name}` }),
      );
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
