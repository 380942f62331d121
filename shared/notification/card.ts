import type { Alert, AlertEvent, AlertPictures, ToldRevision } from '../model/alert.ts';
import type { Severity } from '../model/settings.ts';
import { countOf } from '../signals/wording.ts';
import { cleanAsciiLine, cleanLine } from './clean-text.ts';
import { nextSteps } from './next-steps.ts';
import { asNamedToPeople } from './pseudonyms.ts';

/** Mail programs on phones show about this much of a subject. */
export const SUBJECT_LINE_CHARACTERS = 70;
const CLAIM_CHARACTERS = 300;
const VALUE_CHARACTERS = 400;
const CELL_CHARACTERS = 80;
const RELATED_SHOWN = 20;
const DATA_SETS_SHOWN = 4;

export interface CardFact {
  readonly label: string;
  readonly text: string;
}

/** One signal's part: its share of the evidence in percent, and what was seen beside what is usual. */
export interface CardReason {
  readonly percent: number;
  readonly signal: string;
  readonly text: string;
}

/** What every form of an alert says, in the order in which it is read. Every text in it is one clean line of bounded length. */
export interface Card {
  readonly severity: Severity;
  /** Who, what and how bad, in ASCII. */
  readonly subjectLine: string;
  readonly claim: string;
  /** What is new since people were told before, who, where, when, what data, how many users. */
  readonly facts: readonly CardFact[];
  readonly reasons: readonly CardReason[];
  /** What the comparison rests on, and the approvals. */
  readonly grounds: readonly CardFact[];
  /** Cells of each access, oldest first; absent ones are left out. */
  readonly events: readonly (readonly string[])[];
  readonly mayBeBenign: readonly string[];
  readonly nextSteps: readonly string[];
  /** How usual what was used is, to the subject, the peers and the country, a line each; the form with pictures draws it. */
  readonly usual: readonly string[];
  /** The subject's other open cases, a line each. */
  readonly otherCases: readonly string[];
  readonly pictures: AlertPictures | undefined;
  readonly caseId: string;
  readonly revision: number;
}

/** Prepares an alert for people; the forms only lay it out. */
export function cardOf(recorded: Alert): Card {
  const alert = asNamedToPeople(recorded);
  const { where, subject, subjectsTouched, approvals, threshold, baseline } = alert;
  const related = alert.relatedEmployees.slice(0, RELATED_SHOWN).map((id) => cleanLine(id, 64));
  const repeats = approvals.with + approvals.without > 1 ? '; repeats count again' : '';
  const dataSets = [...new Set(alert.events.map(({ dataset }) => cleanLine(dataset, CELL_CHARACTERS)))];
  return {
    severity: alert.severity,
    subjectLine: subjectLine(alert),
    claim: cleanLine(`${repetitionOf(alert)}${alert.headline}`, CLAIM_CHARACTERS),
    facts: [
      ...(alert.toldBefore ? [fact('New', newsOf(alert, alert.toldBefore))] : []),
      fact(
        'Who',
        `${cleanLine(subject.id, 64)} (${[subject.type, cleanLine(alert.role ?? '', 64), `team ${cleanLine(alert.team, 64) || 'unknown'}`].filter(Boolean).join(', ')})`,
      ),
      ...(related.length > 0 ? [fact('Related', related.join(', '))] : []),
      fact(
        'Where',
        `located in ${where.locatedIn}, home ${where.homeCountry}, ${where.network}, device ${where.device}`,
      ),
      fact('When', `${readable(alert.firstEventTime)} to ${readable(alert.lastEventTime)} UTC`),
      ...(dataSets.length > 0 ? [fact('Data', few(dataSets))] : []),
      fact('Users', `${subjectsTouched.count} of ${alert.protectedRegion} (${subjectsTouched.basis}${repeats})`),
    ],
    reasons: alert.signals.map(({ share, signal, text }) => ({
      percent: Math.round(share * 100),
      signal,
      text: cleanLine(text, CLAIM_CHARACTERS),
    })),
    grounds: [
      fact(
        'Score',
        `${alert.score.toFixed(1)}; alerts start at ${threshold.score.toFixed(1)}${alert.learning ? ' (learning: little history yet)' : ''}`,
      ),
      fact('History', `${countOf(baseline.historyDays, 'day')}, compared with ${baseline.peerGroup}`),
      fact('Approval', `${countOf(approvals.with, 'access', 'accesses')} with a ticket, ${approvals.without} without`),
    ],
    events: alert.events.map(eventCells),
    mayBeBenign: alert.mayBeBenign.map((reason) => cleanLine(reason)),
    nextSteps: nextSteps(alert),
    usual: (alert.pictures?.ladder ?? []).map(({ attribute, value, self, peers, country }) =>
      cleanLine(`${attribute} ${value}: this person ${self}, peers ${peers}, country ${country}`, CLAIM_CHARACTERS),
    ),
    otherCases: (alert.otherCases ?? []).map(({ alertId, openedAt, severity, headline }) =>
      cleanLine(`${openedAt.slice(0, 10)} ${severity}, case ${alertId}: ${headline}`, CLAIM_CHARACTERS),
    ),
    pictures: alert.pictures,
    caseId: cleanLine(alert.alertId, 64),
    revision: alert.revision,
  };
}

/** How bad, who and what in one line of ASCII, as the subject of a mail. */
export const subjectLine = (alert: Alert): string =>
  cleanAsciiLine(
    `[${alert.severity}] ${repetitionOf(alert)}${shortHeadline(asNamedToPeople(alert))}`,
    SUBJECT_LINE_CHARACTERS,
  );

/** Ids may be long, such as mail addresses: what happened must still find its place behind them. */
const WHO_CHARACTERS = 20;

/** The headline, and where the line would be full before what happened, without all that is known of who it is about. */
function shortHeadline(alert: Alert): string {
  const { headline, subject, signals } = alert;
  const [strongest] = signals;
  const isLong = subject.id.length > WHO_CHARACTERS;
  if (!strongest || (!isLong && repetitionOf(alert) === '')) return headline;
  const who = isLong ? `${[...subject.id].slice(0, WHO_CHARACTERS - 1).join('')}~` : subject.id;
  return `${who}: ${strongest.text}`;
}

/** What a second message about the same case begins with: the people who get it have seen the rest. */
const repetitionOf = ({ reminder, toldBefore }: Alert) => (reminder ? 'Still open: ' : toldBefore ? 'Update: ' : '');

/** What is there that people were not told of before. */
function newsOf({ severity, score, signals }: Alert, before: ToldRevision): string {
  const known = new Set(before.signals);
  const joined = new Set(signals.flatMap(({ signal }) => (known.has(signal) ? [] : [signal])));
  const kinds = before.signals && joined.size > 0 ? [`joined by ${[...joined].join(', ')}`] : [];
  return [
    ...kinds,
    `now ${severity}, score ${score.toFixed(1)}`,
    `revision ${before.revision} of ${readable(before.time)} UTC said ${before.severity}, score ${before.score.toFixed(1)}`,
  ].join('; ');
}

/** A time for people, in UTC and to the second. */
const readable = (time: string) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

const fact = (label: string, text: string): CardFact => ({ label, text: cleanLine(text, VALUE_CHARACTERS) });

const few = (names: readonly string[]) =>
  names.length <= DATA_SETS_SHOWN
    ? names.join(', ')
    : `${names.slice(0, DATA_SETS_SHOWN).join(', ')} and ${names.length - DATA_SETS_SHOWN} more`;

function eventCells(event: AlertEvent): string[] {
  const cells = [
    readable(event.time),
    event.action,
    event.dataset,
    event.store,
    event.country,
    event.count === undefined ? undefined : countOf(event.count, 'user'),
    event.outcome,
    event.approved ? 'with ticket' : 'no ticket',
  ];
  return cells.flatMap((cell) => (cell ? [cleanLine(cell, CELL_CHARACTERS)] : []));
}
