import type { AlertDigest, DigestCase } from '../model/alert-digest.ts';
import { SEVERITIES, type Severity } from '../model/settings.ts';
import { cleanLine } from './clean-text.ts';

const ID_CHARACTERS = 64;
const HEADLINE_CHARACTERS = 160;

/** A case as one line: which, when, how odd, what. */
export const digestLine = ({ alertId, revision, score, time, headline }: DigestCase): string => {
  const again = revision > 1 ? ` (again, revision ${revision})` : '';
  return `${cleanLine(alertId, ID_CHARACTERS)}  ${time.slice(0, 16).replace('T', ' ')}  ${score.toFixed(1)}  ${cleanLine(headline, HEADLINE_CHARACTERS)}${again}`;
};

/** The severities that a digest names, the worst first, each with its lines. */
export const linesBySeverity = ({ cases }: AlertDigest): readonly (readonly [Severity, readonly string[]])[] =>
  [...SEVERITIES].reverse().flatMap((severity) => {
    const lines = cases.filter((each) => each.severity === severity).map(digestLine);
    return lines.length > 0 ? [[severity, lines] as const] : [];
  });

/** What the digest sums up, in ASCII: how many cases, how bad, and which part this is. */
export function digestTitle({ bySeverity, part, parts }: AlertDigest): string {
  const total = SEVERITIES.reduce((sum, severity) => sum + bySeverity[severity], 0);
  const counts = [...SEVERITIES]
    .reverse()
    .flatMap((severity) => (bySeverity[severity] > 0 ? [`${bySeverity[severity]} ${severity}`] : []));
  return `${total} ${total === 1 ? 'case' : 'cases'} at once: ${counts.join(', ')}${parts > 1 ? ` (part ${part} of ${parts})` : ''}`;
}
