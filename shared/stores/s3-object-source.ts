import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** An object of S3 that was written. */
export interface WrittenObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag?: string;
}

export interface ObjectSource {
  /** @returns its bytes as they come, or nothing when it is gone or was written over since */
  readonly open: (object: WrittenObject) => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** How S3 says that there is no such object any more. */
const GONE = new Set([
  'NoSuchKey',
  'NoSuchVersion',
  'NoSuchBucket',
  'NotFound',
  'PreconditionFailed',
  'MethodNotAllowed',
]);

/** Objects of S3, streamed. */
export const createS3ObjectSource = (client: S3Client): ObjectSource => ({
  open: async ({ bucket, key, versionId, etag }) => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
          ...(etag === undefined ? {} : { IfMatch: `"${etag.replaceAll('"', '')}"` }),
        }),
      );
      return Body as AsyncIterable<Uint8Array> | undefined;
    } catch (error) {
      if (error instanceof Error && GONE.has(error.name)) return undefined;
      throw error;
    }
  },
});
