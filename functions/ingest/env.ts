import * as z from 'zod/mini';
import { bucketName, parseEnvironment, secretName, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseIngestEnvironment = (variables: Variables) =>
  parseEnvironment(
    'ingest',
    {
      STREAM_NAME: z.string().check(z.regex(/^[\w.-]{1,128}$/, 'not the name of a stream')),
      BUCKET: bucketName,
      /** What requests to the function's URL are signed with. @default IAM decides who may call it */
      WEBHOOK_SECRET: z.optional(secretName),
    },
    variables,
  );
