import type { CaseChange, CaseTelling } from '../shared/model/case.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import type { Case } from '../shared/stores/ports.ts';
import { minuteText } from './minute-text.ts';
import { textTable } from './text-table.ts';

const HEADER = ['case', 'state', 'severity', 'score', 'opened', 'subject', 'headline'];
const HEADLINE = 100;

/** A table of cases for people: one line each, and a header. What others named is cleaned: it goes to a terminal. */
export function casesTable(cases: readonly Case[]): string {
  const rows = cases.map(({ alertId, state, alert, openedAt }) => [
    alertId,
    state,
    alert.severity,
    alert.score.toFixed(1),
    minuteText(openedAt),
    cleanLine(`${alert.subject.type} ${alert.subject.id}`, 40),
    cleanLine(alert.headline, HEADLINE),
  ]);
  return textTable([HEADER, ...rows])
    .map((line) => `${line}\n`)
    .join('');
}

/** What happened to a case, one line each, oldest first: who was told when, or why nobody was, and who judged it. */
export const historyLines = ({ tellings, history }: Pick<Case, 'tellings' | 'history'>): readonly string[] =>
  [
    ...tellings.map(({ at, revision, as }) => ({ at, text: TOLD_TEXT[as](revision) })),
    ...history.map((change) => ({ at: change.at, text: changeText(change) })),
  ]
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, text }) => `  ${minuteText(at)}  ${text}`);

const TOLD_TEXT: { readonly [as in CaseTelling['as']]: (revision: number) => string } = {
  alert: (revision) => `people were told of revision ${revision}`,
  digest: (revision) => `people were told of revision ${revision}, as a line of a digest`,
  reminder: (revision) => `people were reminded of revision ${revision}`,
  suppressed: (revision) => `nobody was told of revision ${revision}: a suppression held`,
  shadow: (revision) => `nobody was told of revision ${revision}: it was raised in shadow mode`,
};

function changeText({ state, by, employeeId, reason, revision }: CaseChange): string {
  const who = employeeId === undefined ? by : `${by} (${employeeId})`;
  return `${state} at revision ${revision} by ${cleanLine(who)}: ${cleanLine(reason, 500)}`;
}
