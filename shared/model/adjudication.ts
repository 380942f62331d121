import * as z from 'zod/mini';
import { CASE_OUTCOMES } from './case.ts';
import { issueText } from './schema-issue.ts';

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

/** An adjudication, or the reason why what claims to be one isn't. */
export type ParsedAdjudication = { readonly adjudication: Adjudication } | { readonly reason: string };

/**
 * Reads an adjudication out of a record's text. Nearly every record is an access, so only what holds the mark is decoded here.
 *
 * @returns nothing where it claims to be something else
 */
export function parseAdjudicationText(line: string): ParsedAdjudication | undefined {
  if (!line.includes(RECORD)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Whoever reads accesses says what is wrong with it.
    return undefined;
  }
  if (!isAdjudication(value)) return undefined;
  const result = z.safeParse(adjudicationSchema, value);
  if (result.success) return { adjudication: result.data };
  return { reason: issueText(result.error.issues[0], 'adjudication') };
}

/** The record of a verdict. @param verdict its fields, without those that every record has alike */
export const anAdjudication = (verdict: Omit<Adjudication, 'record' | 'schemaVersion'>): Adjudication => ({
  record: RECORD,
  schemaVersion: ADJUDICATION_VERSION,
  ...verdict,
});
