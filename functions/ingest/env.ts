import * as z from 'zod/mini';
import { bucketName, parseEnvironment, secretName, streamName, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseIngestEnvironment = (variables: Variables) =>
  parseEnvironment(
    'ingest',
    {
      STREAM_NAME: streamName,
      BUCKET: bucketName,
      /** What an access to a resource is that `resources.json` doesn't name. */
      UNMAPPED: z._default(z.enum(['not-concerned', 'unknown-region']), 'not-concerned'),
      /** What requests to the function's URL are signed with. @default IAM decides who may call it */
      WEBHOOK_SECRET: z.optional(secretName),
    },
    variables,
  );
