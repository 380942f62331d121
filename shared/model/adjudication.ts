import * as z from 'zod/mini';
import { CASE_OUTCOMES } from './case.ts';

/** The version of the record's wire format; it grows when a field changes meaning. */
export const ADJUDICATION_VERSION = 1;

/** What tells this kind of record from an access: no access event has a field of this name with this value. */
const RECORD = 'borderwatch.adjudication';

const text = (maximum: number) => z.string().check(z.minLength(1), z.maxLength(maximum));

/**
 * What became of a case, as it travels on the access stream under the subject's key, so that one writer changes a baseline
 * and in one order. It proves nothing by itself: `detect` believes it only where the case says the same.
 */
export const adjudicationSchema = z.object({
  record: z.literal(RECORD),
  schemaVersion: z.literal(ADJUDICATION_VERSION),
  /** The case's subject, and the record's partition key. */
  actorId: text(256),
  alertId: z.string().check(z.regex(/^[0-9a-f]{16}$/, 'not the id of a case')),
  verdict: z.enum(CASE_OUTCOMES),
  /** The IAM principal that judged, or `assess`. */
  by: text(2048),
  at: z.iso.datetime(),
  /** The version of the change in the case's history that this is. */
  caseVersion: z.int().check(z.positive()),
});

export type Adjudication = z.output<typeof adjudicationSchema>;

/** Whether a decoded record claims to be an adjudication. */
export const isAdjudication = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'record' in value && value.record === RECORD;

/** @returns the adjudication, or the reason why what claims to be one isn't */
export function parseAdjudication(
  value: unknown,
): { readonly adjudication: Adjudication } | { readonly reason: string } {
  const result = z.safeParse(adjudicationSchema, value);
  if (result.success) return { adjudication: result.data };
  const issue = result.error.issues[0];
  return { reason: `adjudication: ${issue?.path.join('.')}: ${issue?.message ?? 'invalid'}`.slice(0, 200) };
}

/** The record of a verdict. @param verdict its fields, without those that every record has alike */
export const anAdjudication = (verdict: Omit<Adjudication, 'record' | 'schemaVersion'>): Adjudication => ({
  record: RECORD,
  schemaVersion: ADJUDICATION_VERSION,
  ...verdict,
});
