import * as z from 'zod/mini';
import { parseEnvironment, secretName, streamName, topicArn, type Variables } from '../environment.ts';

const wholeNumber = z.pipe(
  z.string().check(z.regex(/^\d{1,3}$/, 'not a whole number')),
  z.transform((text) => Number(text)),
);

/** @throws Error naming every variable that is missing or wrong */
export const parseCanaryEnvironment = (variables: Variables) =>
  parseEnvironment(
    'canary',
    {
      STREAM_NAME: streamName,
      CANARY_KEY_SECRET: secretName,
      ALERT_TOPIC_ARN: topicArn,
      /** How many addresses get alerts by mail. */
      MAILBOXES: wholeNumber,
    },
    variables,
  );
