import * as z from 'zod/mini';
import { CASE_OUTCOMES } from './case.ts';
import { claimsToBe, type ParsedRecord, parseOwnRecord } from './own-record.ts';

/** The version of the record's wire format; it grows when a field changes meaning. */
export const ADJUDICATION_VERSION = 1;

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
export const isAdjudication = (value: unknown): boolean => claimsToBe(value, RECORD);

/** Reads an adjudication out of a record's text. @returns nothing where it claims to be something else */
export const parseAdjudicationText = (line: string): ParsedRecord<Adjudication> | undefined =>
  parseOwnRecord(line, RECORD, adjudicationSchema, 'adjudication');

/** The record of a verdict. @param verdict its fields, without those that every record has alike */
export const anAdjudication = (verdict: Omit<Adjudication, 'record' | 'schemaVersion'>): Adjudication => ({
  record: RECORD,
  schemaVersion: ADJUDICATION_VERSION,
  ...verdict,
});
