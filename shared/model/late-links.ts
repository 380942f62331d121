import * as z from 'zod/mini';
import { claimsToBe, type ParsedRecord, parseOwnRecord } from './own-record.ts';

/** The version of the record's wire format; it grows when a field changes meaning. */
export const LATE_LINKS_VERSION = 1;

const RECORD = 'borderwatch.late-links';

/** Users met by others that one sitting can hold; as many can't be chance. One record names no more. */
export const LINKED_USERS_KEPT = 12;

/** When an item of the link log was written, epoch milliseconds in 13 digits, and what tells it from others of that time. */
const logKey = z.string().check(z.regex(/^\d{13}#[0-9a-f]{8}$/, 'not the key of an item of the link log'));
const whole = z.int().check(z.nonnegative());

const lateLinkSchema = z.object({
  /** The user's HMAC. */
  subject: z.string().check(z.regex(/^[0-9a-f]{16}$/, 'not the HMAC of a user')),
  /** The item of the refusal, and its place there. */
  refusal: logKey,
  place: whole,
  /** The item of the look, its place there, and the hour that it lies under: of event time, since 1970. */
  look: logKey,
  lookPlace: whole,
  hour: whole,
});

/**
 * Somebody was refused users at whom others looked soon after, and the refusal came to the stream behind the looks. Travels on the stream
 * under the key of whoever was refused, so that one writer changes a baseline and in one order. It proves nothing by itself: `detect`
 * believes it only where the link log says the same.
 */
export const lateLinksSchema = z.object({
  record: z.literal(RECORD),
  schemaVersion: z.literal(LATE_LINKS_VERSION),
  /** Who was refused, and the record's partition key. */
  actorId: z.string().check(z.minLength(1), z.maxLength(256)),
  links: z.array(lateLinkSchema).check(z.minLength(1), z.maxLength(LINKED_USERS_KEPT)),
});

export type LateLinks = z.output<typeof lateLinksSchema>;
export type LateLink = z.output<typeof lateLinkSchema>;

/** Whether a decoded record claims to be late links. */
export const isLateLinks = (value: unknown): boolean => claimsToBe(value, RECORD);

/** Reads late links out of a record's text. @returns nothing where it claims to be something else */
export const parseLateLinksText = (line: string): ParsedRecord<LateLinks> | undefined =>
  parseOwnRecord(line, RECORD, lateLinksSchema, 'late links');

export const lateLinksOf = (actorId: string, links: LateLinks['links']): LateLinks => ({
  record: RECORD,
  schemaVersion: LATE_LINKS_VERSION,
  actorId,
  links,
});
