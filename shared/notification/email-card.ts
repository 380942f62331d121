import type { Alert } from '../model/alert.ts';
import { type CardFact, cardOf } from './card.ts';
import { sparkline } from './sparkline.ts';

/** The message says what to look at; the case has the rest. */
const EVENTS_SHOWN = 5;

/**
 * An alert as plain text for a mail: what happened, why it is unusual, what may explain it. The card holds clean lines
 * only, so no name can forge a line of the mail.
 */
export function renderEmailCard(alert: Alert): string {
  const card = cardOf(alert);
  const list = (title: string, lines: readonly string[]) => (lines.length > 0 ? ['', title, ...lines] : []);
  return [
    `${card.severity.toUpperCase()}: ${card.claim}`,
    '',
    ...card.facts.map(row),
    ...list(
      'Why',
      card.reasons.map(({ percent, signal, text }) => `  ${`${percent}%`.padStart(4)}  ${signal}: ${text}`),
    ),
    ...list(
      'How usual is what was used',
      card.usual.map((line) => `  - ${line}`),
    ),
    ...(card.pictures
      ? list('Protected reads of the last 35 days, today last', [`  ${sparkline(card.pictures.dailyReads)}`])
      : []),
    '',
    ...card.grounds.map(row),
    ...list(
      `Accesses (${shown(card.events.length)})`,
      card.events.slice(-EVENTS_SHOWN).map((cells) => `  ${cells.join('  ')}`),
    ),
    ...list(
      'What may explain it',
      card.mayBeBenign.map((reason) => `  - ${reason}`),
    ),
    ...list(
      'Next steps',
      card.nextSteps.map((step, index) => `  ${index + 1}. ${step}`),
    ),
    ...list(
      'Other open cases of the same subject',
      card.otherCases.map((line) => `  - ${line}`),
    ),
    '',
    `Case ${card.caseId}, revision ${card.revision}; all of it, with pictures: npx borderwatch cases show ${card.caseId} --html case.html`,
    '',
  ].join('\n');
}

const row = ({ label, text }: CardFact) => `${label.padEnd(10)}${text}`;

const shown = (count: number) => (count > EVENTS_SHOWN ? `last ${EVENTS_SHOWN} of ${count}` : String(count));
