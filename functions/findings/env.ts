import * as z from 'zod/mini';
import { matching, parseEnvironment, type Variables } from '../environment.ts';

const nonEmpty = matching(/./, 'empty');

/**
 * @throws Error naming every variable that is missing or wrong, or saying that there is no destination
 */
export function parseFindingsEnvironment(variables: Variables) {
  const environment = parseEnvironment(
    'findings',
    {
      STAGE: nonEmpty,
      AWS_REGION: nonEmpty,
      PARTITION: nonEmpty,
      ACCOUNT_ID: matching(/^\d{12}$/, 'not twelve digits'),
      /** Where findings are put as OCSF. @default nowhere */
      EVENT_BUS_ARN: z.optional(
        matching(/^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/\S+$/, 'not the ARN of an event bus'),
      ),
      /** Whether findings go to AWS Security Hub. @default no */
      SECURITY_HUB: z.optional(z.literal('on', 'not "on"')),
    },
    variables,
  );
  if (environment.EVENT_BUS_ARN === undefined && environment.SECURITY_HUB === undefined)
    throw new Error("findings can't start: neither EVENT_BUS_ARN nor SECURITY_HUB is set");
  return environment;
}
