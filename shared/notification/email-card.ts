import type { Alert, AlertEvent, AlertSignal } from '../model/alert.ts';
import { cleanLine } from './clean-text.ts';

/** The message says what to look at; the case has the rest. */
const EVENTS_SHOWN = 5;
const HEADLINE_CHARACTERS = 300;

/**
 * An alert as plain text for a mail: what happened, why it is unusual, what may explain it. Every text in it that others
 * chose is cleaned, so no name can forge a line of the card.
 */
export function renderEmailCard(alert: Alert): string {
  const { where, subject, subjectsTouched, approvals, threshold, baseline } = alert;
  const related = alert.relatedEmployees.map((id) => cleanLine(id, 64));
  return [
    `${alert.severity.toUpperCase()}: ${cleanLine(alert.headline, HEADLINE_CHARACTERS)}`,
    '',
    row('Who', `${subject.id} (${subject.type}, team ${alert.team || 'unknown'})`),
    ...(related.length > 0 ? [row('Related', related.join(', '))] : []),
    row('Where', `located in ${where.locatedIn}, home ${where.homeCountry}, ${where.network}, device ${where.device}`),
    row('When', `${alert.firstEventTime} to ${alert.lastEventTime}`),
    row('Users', `${subjectsTouched.count} of ${alert.protectedRegion} (${subjectsTouched.basis})`),
    row('Approval', `${approvals.with} accesses with a ticket, ${approvals.without} without`),
    row('Score', `${alert.score.toFixed(1)}; alerts start at ${threshold.score.toFixed(1)}${learning(alert)}`),
    row('History', `${baseline.historyDays} days, compared with ${baseline.peerGroup}`),
    '',
    'Why',
    ...alert.signals.map(signalLine),
    ...(alert.mayBeBenign.length > 0 ? ['', 'What may explain it'] : []),
    ...alert.mayBeBenign.map((reason) => `  - ${cleanLine(reason)}`),
    ...(alert.events.length > 0 ? ['', `Accesses (${shown(alert.events.length)})`] : []),
    ...alert.events.slice(-EVENTS_SHOWN).map(eventLine),
    '',
    `Case ${cleanLine(alert.alertId, 64)}, revision ${alert.revision}`,
    '',
  ].join('\n');
}

const row = (label: string, text: string) => `${label.padEnd(10)}${cleanLine(text, 400)}`;

const learning = (alert: Alert) => (alert.learning ? ' (learning: little history yet)' : '');

const shown = (count: number) => (count > EVENTS_SHOWN ? `last ${EVENTS_SHOWN} of ${count}` : String(count));

const signalLine = (signal: AlertSignal) =>
  `  ${`${Math.round(signal.share * 100)}%`.padStart(4)}  ${signal.signal}: ${cleanLine(signal.text, 300)}`;

function eventLine(event: AlertEvent): string {
  const parts = [
    event.time,
    event.action,
    event.dataset,
    event.store,
    event.country,
    event.count === undefined ? undefined : `${event.count} users`,
    event.outcome,
    event.approved ? 'with ticket' : 'no ticket',
  ];
  return `  ${parts.flatMap((part) => (part ? [cleanLine(part, 80)] : [])).join('  ')}`;
}
