import * as z from 'zod/mini';
import { issueText } from '../../shared/model/schema-issue.ts';
import { MAXIMUM_SUPPRESSION_DAYS, SUPPRESSIBLE_SIGNALS } from '../../shared/model/suppression.ts';

const MAXIMUM_REASON = 2_000;

/** What keeps a decision understandable in a year. */
const reason = z
  .string('a reason is required')
  .check(z.trim(), z.minLength(1, 'a reason is required'), z.maxLength(MAXIMUM_REASON, 'at most 2,000 characters'));
const alertId = z.string('a case id').check(z.regex(/^[0-9a-f]{16}$/, 'not the id of a case'));

const subject = z.strictObject({
  type: z.enum(['employee', 'service', 'team', 'region', 'source'], 'employee, service, team, region or source'),
  id: z.string('whom it is about').check(z.minLength(1, 'whom it is about'), z.maxLength(256)),
});
const signals = z
  .array(z.enum(SUPPRESSIBLE_SIGNALS, `one of ${SUPPRESSIBLE_SIGNALS.join(', ')}`), 'a list of signals')
  .check(z.minLength(1, 'one signal at least'));
const wantedDays = `a whole number of days from 1 to ${MAXIMUM_SUPPRESSION_DAYS}`;
const days = z.int(wantedDays).check(z.minimum(1, wantedDays), z.maximum(MAXIMUM_SUPPRESSION_DAYS, wantedDays));
const suppressionId = z
  .string('the id of a suppression')
  .check(z.regex(/^[0-9a-f]{16}$/, 'not the id of a suppression'));

const requestSchema = z.discriminatedUnion(
  'action',
  [
    z.strictObject({
      action: z.literal('resolve'),
      alertId,
      verdict: z.enum(['confirmed', 'dismissed'], 'confirmed or dismissed'),
      reason,
      /** What the analyst looked at: a newer revision has to be seen first. */
      revision: z.optional(z.int('a revision').check(z.minimum(1, 'a revision'))),
    }),
    z.strictObject({ action: z.literal('suppress'), subject, signals, days, reason }),
    z.strictObject({ action: z.literal('lift'), subject, id: suppressionId, reason }),
  ],
  'no such action',
);

/** What an analyst asks for. */
export type CaseworkRequest = z.output<typeof requestSchema>;

/** Reads a request's body. @returns the request, or what is wrong with it, for the person who sent it */
export function readRequest(body: string): { readonly request: CaseworkRequest } | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The sender wrote it and knows what it was: that it is no JSON says enough.
    return { reason: 'the request is not JSON' };
  }
  const result = z.safeParse(requestSchema, value);
  return result.success ? { request: result.data } : { reason: issueText(result.error.issues[0], 'request') };
}
