import * as z from 'zod/mini';
import { SEVERITIES } from './settings.ts';

/** The version of the digest's wire format. */
export const DIGEST_VERSION = 1;

const count = z.int().check(z.nonnegative());

/** One case of a digest, as people read it: names are replaced where messages are to name nobody. */
export const digestCaseSchema = z.object({
  alertId: z.string(),
  revision: z.int().check(z.positive()),
  severity: z.enum(SEVERITIES),
  score: z.number(),
  /** Event time of the access that caused this revision. */
  time: z.iso.datetime(),
  headline: z.string(),
});

/** What a flood of alerts is folded into. One flood may need several of these, since a message has a largest size. */
export const alertDigestSchema = z.object({
  digestVersion: z.literal(DIGEST_VERSION),
  /** From 1 to `parts`. */
  part: z.int().check(z.positive()),
  parts: z.int().check(z.positive()),
  /** Cases by severity over all parts. */
  bySeverity: z.object({ low: count, medium: count, high: count, critical: count }),
  /** Channels that the severity of every case in it is too low for; absent when they are told on all. */
  quietChannels: z.optional(z.readonly(z.array(z.enum(['email', 'slack'])))),
  /** The most severe ones first. */
  cases: z.readonly(z.array(digestCaseSchema)),
});

export type DigestCase = z.output<typeof digestCaseSchema>;
export type AlertDigest = z.output<typeof alertDigestSchema>;
