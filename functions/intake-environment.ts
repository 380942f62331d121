import * as z from 'zod/mini';
import { bucketName, streamName } from './environment.ts';

/** What the functions that take sources in need to know, each. */
export const intakeVariables = {
  STREAM_NAME: streamName,
  BUCKET: bucketName,
  /** What an access to a resource is that `resources.json` doesn't name. */
  UNMAPPED: z._default(z.enum(['not-concerned', 'unknown-region']), 'not-concerned'),
};
