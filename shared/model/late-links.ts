import * as z from 'zod/mini';
import { issueText } from './schema-issue.ts';

/** The version of the record's wire format; it grows when a field changes meaning. */
export const LATE_LINKS_VERSION = 1;

/** What tells this kind of record from an access: no access event has a field of this name with this value. */
const RECORD = 'borderwatch.late-links';

/** So many links one record names at most: as many as a sitting can hold. */
export const LATE_LINKS_AT_ONCE = 12;

/** When an item of the link log was written, epoch milliseconds in 13 digits, and what tells it from others of that time. */
const logKey = z.string().check(z.regex(/^\d{13}#[0-9a-f]{8}$/, 'not the key of an item of the link log'));
const whole = z.int().check(z.nonnegative());

const lateLinkSchema = z.object({
  /** The user's HMAC. */
  subject: z.string().check(z.regex(/^[0-9a-f]{16}$/, 'not the HMAC of a user')),
  /** The item of the refusal, and its place there. */
  refusal: logKey,
  place: whole,
  /** The item of the look, and the hour that it lies under: of event time, since 1970. */
  look: logKey,
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
  links: z.array(lateLinkSchema).check(z.minLength(1), z.maxLength(LATE_LINKS_AT_ONCE)),
});

/** Whether a decoded record claims to be late links. */
export const isLateLinks = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'record' in value && value.record === RECORD;

export type LateLinks = z.output<typeof lateLinksSchema>;
export type LateLink = z.output<typeof lateLinkSchema>;

/** Late links, or the reason why what claims to be some isn't. */
export type ParsedLateLinks = { readonly lateLinks: LateLinks } | { readonly reason: string };

/**
 * Reads late links out of a record's text. Nearly every record is an access, so only what holds the mark is decoded here.
 *
 * @returns nothing where it claims to be something else
 */
export function parseLateLinksText(line: string): ParsedLateLinks | undefined {
  if (!line.includes(RECORD)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Whoever reads accesses says what is wrong with it.
    return undefined;
  }
  if (!isLateLinks(value)) return undefined;
  const result = z.safeParse(lateLinksSchema, value);
  if (result.success) return { lateLinks: result.data };
  return { reason: issueText(result.error.issues[0], 'late links') };
}

export const lateLinksOf = (actorId: string, links: LateLinks['links']): LateLinks => ({
  record: RECORD,
  schemaVersion: LATE_LINKS_VERSION,
  actorId,
  links,
});
