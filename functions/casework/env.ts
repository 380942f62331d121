import * as z from 'zod/mini';
import { parseEnvironment, streamName, tableName, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseCaseworkEnvironment = (variables: Variables) =>
  parseEnvironment(
    'casework',
    {
      CASES_TABLE: tableName,
      DIRECTORY_TABLE: tableName,
      STREAM_NAME: streamName,
      /** Whether analysts may be people whom the directory doesn't know. */
      OUTSIDE_ANALYSTS: z.enum(['allowed', 'refused'], 'neither "allowed" nor "refused"'),
    },
    variables,
  );
