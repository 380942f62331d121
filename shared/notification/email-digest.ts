import type { AlertDigest } from '../model/alert-digest.ts';
import { SEVERITIES } from '../model/settings.ts';
import { SUBJECT_LINE_CHARACTERS } from './card.ts';
import { cleanAsciiLine } from './clean-text.ts';
import { digestTitle, linesBySeverity } from './digest-line.ts';

/** How bad and how many, in one line of ASCII, as the subject of a mail. */
export function digestSubjectLine(digest: AlertDigest): string {
  const worst = [...SEVERITIES].reverse().find((severity) => digest.bySeverity[severity] > 0) ?? 'low';
  return cleanAsciiLine(`[${worst}] ${digestTitle(digest)}`, SUBJECT_LINE_CHARACTERS);
}

/** A digest as plain text for a mail: every case on a line of its own. */
export function renderEmailDigest(digest: AlertDigest): string {
  return [
    digestTitle(digest),
    '',
    'More alerts came than can be told one by one. Each line is a case: id, time, score, what happened.',
    ...linesBySeverity(digest).flatMap(([severity, lines]) => [
      '',
      `${severity.toUpperCase()} (${lines.length} here)`,
      ...lines.map((line) => `  ${line}`),
    ]),
    '',
    'So many at once have one cause more often than many: look for a release, an import or an incident first.',
    '',
  ].join('\n');
}
