import * as z from 'zod/mini';
import { parseEnvironment, secretName, topicArn, type Variables } from '../environment.ts';

const deadLettersUrl = z.string().check(z.regex(/^https?:\/\/\S+$/, 'not the URL of a queue'));

/** @throws Error naming every variable that is missing or wrong */
export const parseSlackEnvironment = (variables: Variables) =>
  parseEnvironment(
    'slack',
    { WEBHOOK_SECRET: secretName, ALERT_TOPIC_ARN: topicArn, DEAD_LETTERS_URL: deadLettersUrl },
    variables,
  );
