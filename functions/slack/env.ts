import * as z from 'zod/mini';
import { matching, parseEnvironment, secretName, topicArn, type Variables } from '../environment.ts';

const caseUrl = matching(/^https:\/\/\S*\{case\}\S*$/, 'not an https address with {case} in it');
const deadLettersUrl = matching(/^https?:\/\/\S+$/, 'not the URL of a queue');

/** @throws Error naming every variable that is missing or wrong */
export const parseSlackEnvironment = (variables: Variables) =>
  parseEnvironment(
    'slack',
    {
      WEBHOOK_SECRET: secretName,
      ALERT_TOPIC_ARN: topicArn,
      DEAD_LETTERS_URL: deadLettersUrl,
      /** @default messages have no button */
      CASE_URL: z.optional(caseUrl),
    },
    variables,
  );
