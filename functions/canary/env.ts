import * as z from 'zod/mini';
import { addresses, parseEnvironment, secretName, streamName, topicArn, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseCanaryEnvironment = (variables: Variables) =>
  parseEnvironment(
    'canary',
    {
      STREAM_NAME: streamName,
      CANARY_KEY_SECRET: secretName,
      ALERT_TOPIC_ARN: topicArn,
      /** The addresses that get alerts by mail, separated by commas. */
      MAILBOXES: z.optional(addresses),
    },
    variables,
  );
