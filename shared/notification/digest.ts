import type { Alert } from '../model/alert.ts';
import { type AlertDigest, DIGEST_VERSION, type DigestCase } from '../model/alert-digest.ts';
import { packParts } from '../model/pack-parts.ts';
import { queueSafeJson } from '../model/queue-safe-json.ts';
import { SEVERITIES, type Severity } from '../model/settings.ts';
import { cleanLine } from './clean-text.ts';
import { digestLine } from './digest-line.ts';
import { asNamedToPeople } from './pseudonyms.ts';

const HEADLINE_CHARACTERS = 160;
/** SNS takes 256 KiB a message; what is left is for the text around the cases. */
const CASES_BYTES = 240 * 1024;

/** What a digest keeps of an alert, and the channels that are to be spared it. */
export interface Digestible {
  readonly line: DigestCase;
  readonly quietChannels: Alert['quietChannels'];
}

/** An alert as it stands in a digest: a few hundred bytes, so that ten thousand of them can be held and sorted. */
export function digestible(recorded: Alert): Digestible {
  const { alertId, revision, severity, score, time, headline, quietChannels } = asNamedToPeople(recorded);
  const line = { alertId, revision, severity, score, time, headline: cleanLine(headline, HEADLINE_CHARACTERS) };
  return { line, quietChannels };
}

/**
 * Folds cases into as few digests as messages can hold, each of them named once, the most severe first. Cases that the same
 * channels are to be spared share a digest, since a message is delivered to a channel whole or not at all; those that
 * everybody hears of come first.
 */
export function digestsOf(cases: readonly Digestible[]): AlertDigest[] {
  const byChannels = Map.groupBy(cases, ({ quietChannels = [] }) => [...quietChannels].sort().join());
  const audiences = [...byChannels].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return audiences.flatMap(([, members]) => {
    const lines = members.map(({ line }) => line).sort(worstFirst);
    const packed = packParts(lines, bytesOf, CASES_BYTES);
    const quietChannels = members[0]?.quietChannels;
    return packed.map((part, index) => ({
      digestVersion: DIGEST_VERSION,
      part: index + 1,
      parts: packed.length,
      bySeverity: countBySeverity(lines),
      ...(quietChannels?.length ? { quietChannels } : {}),
      cases: part,
    }));
  });
}

const rank = (severity: Severity) => SEVERITIES.indexOf(severity);

const worstFirst = (a: DigestCase, b: DigestCase) =>
  rank(b.severity) - rank(a.severity) || b.score - a.score || (a.alertId < b.alertId ? -1 : 1);

function countBySeverity(lines: readonly DigestCase[]): AlertDigest['bySeverity'] {
  const counts = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of lines) counts[severity]++;
  return counts;
}

const encoder = new TextEncoder();

/** What a case takes up in a message: once as JSON for programs and once as a line for mail, both as texts in the message's JSON. */
const bytesOf = (line: DigestCase): number =>
  encoder.encode(JSON.stringify(queueSafeJson(line))).length + encoder.encode(JSON.stringify(digestLine(line))).length;
