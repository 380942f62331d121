import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';

const noteSchema = z.object({
  /** How many of the object's records are done with. */
  records: z.number().check(z.int(), z.minimum(0)),
  complete: z.boolean(),
});
export type ProgressNote = z.output<typeof noteSchema>;

/** How far objects were read, so that a second delivery of one goes on where the first stopped. */
export interface ObjectProgress {
  readonly read: (name: string) => Promise<ProgressNote | undefined>;
  readonly write: (name: string, note: ProgressNote) => Promise<void>;
}

/** Prefix of the notes in the evidence bucket; its lifecycle forgets them after two weeks, as the queue does its messages. */
export const PROGRESS_PREFIX = 'ingested/';

export interface S3ObjectProgressOptions {
  readonly client: S3Client;
  readonly bucketName: string;
}

/** Notes as small objects: two or three for each object that is read, whatever it holds. */
export function createS3ObjectProgress({ client, bucketName }: S3ObjectProgressOptions): ObjectProgress {
  const at = (name: string) => ({ Bucket: bucketName, Key: `${PROGRESS_PREFIX}${name}.json` });
  return {
    read: async (name) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(name)));
        return noteSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    write: async (name, note) => {
      await client.send(
        new PutObjectCommand({ ...at(name), Body: JSON.stringify(note), ContentType: 'application/json' }),
      );
    },
  };
}
