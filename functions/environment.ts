import * as z from 'zod/mini';
import type { Variables } from '../shared/stores/service-endpoint.ts';

export type { Variables } from '../shared/stores/service-endpoint.ts';

/** A variable's text of a certain form. @param complaint what is said of one that hasn't it, behind "is" */
export const matching = (pattern: RegExp, complaint: string) => z.string().check(z.regex(pattern, complaint));

/** How the variables that several functions share must look. */
export const tableName = matching(/^[\w.-]{3,255}$/, 'not the name of a DynamoDB table');
export const queueUrl = matching(/^https?:\/\/\S+\.fifo$/, 'not the URL of a FIFO queue');
export const bucketName = matching(/^[a-z0-9][a-z0-9.-]{2,62}$/, 'not the name of a bucket');
export const streamName = matching(/^[\w.-]{1,128}$/, 'not the name of a Kinesis stream');
export const topicArn = matching(/^arn:[\w-]+:sns:[\w-]*:\d{12}:[\w-]{1,256}$/, 'not the ARN of an SNS topic');
export const secretName = matching(/^[\w/+=.@:-]{1,2048}$/, 'not the name or ARN of a secret');
export const sourceNames = matching(/^[\w.-]{1,64}(,[\w.-]{1,64})*$/, 'not a list of names such as cloudtrail,okta');
export const addresses = matching(
  /^[^\s,@]+@[^\s,@]+(,[^\s,@]+@[^\s,@]+)*$/,
  'not a list of addresses such as a@b.com,c@d.com',
);
export const settingsPath = matching(/^\/[\w.-]+(\/[\w.-]+)*$/, 'not a path of parameters such as /borderwatch/prod');

/**
 * Reads what a function needs to know of its surroundings, once, at cold start.
 *
 * @throws Error naming every variable that is missing or wrong
 */
export function parseEnvironment<Shape extends z.core.$ZodLooseShape>(
  functionName: string,
  shape: Shape,
  variables: Variables,
): z.output<z.ZodMiniObject<Shape>> {
  const result = z.safeParse(z.object(shape), variables);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name} is ${variables[name] === undefined ? 'not set' : message}`;
  });
  throw new Error(`${functionName} can't start: ${reasons.join('; ')}`);
}
