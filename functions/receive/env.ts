import * as z from 'zod/mini';
import { parseEnvironment, secretName, type Variables } from '../environment.ts';
import { intakeVariables } from '../intake-environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseReceiveEnvironment = (variables: Variables) =>
  parseEnvironment(
    'receive',
    {
      ...intakeVariables,
      /** What requests are signed with. @default IAM decides who may call the function's URL */
      WEBHOOK_SECRET: z.optional(secretName),
    },
    variables,
  );
