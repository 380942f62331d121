import * as z from 'zod/mini';
import {
  bucketName,
  parseEnvironment,
  queueUrl,
  secretName,
  sourceNames,
  tableName,
  type Variables,
} from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseDetectEnvironment = (variables: Variables) =>
  parseEnvironment(
    'detect',
    {
      BASELINES_TABLE: tableName,
      LINKS_TABLE: tableName,
      LINK_LOG_TABLE: tableName,
      DIRECTORY_TABLE: tableName,
      CASES_TABLE: tableName,
      ALERT_QUEUE_URL: queueUrl,
      BUCKET: bucketName,
      SUBJECT_KEY_SECRET: secretName,
      /** Without it nobody's access is the canary's. */
      CANARY_KEY_SECRET: z.optional(secretName),
      /** Names of sources whose arrivals are metrics of their own, separated by commas. */
      WATCHED_SOURCES: z.optional(sourceNames),
      /** A country table in MaxMind format. */
      ADDRESS_TABLE_FILE: z.string(),
    },
    variables,
  );
