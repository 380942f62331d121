import type { CaseChange } from '../shared/model/case.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import type { Case } from '../shared/stores/ports.ts';
import { minuteText } from './minute-text.ts';

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
  const widths = HEADER.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [HEADER, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

/** What became of a case, one line a change, oldest first. */
export const historyLines = (history: readonly CaseChange[]): readonly string[] =>
  history.map(({ at, state, by, employeeId, reason, revision }) => {
    const who = employeeId === undefined ? by : `${by} (${employeeId})`;
    return `  ${minuteText(at)}  ${state} at revision ${revision} by ${cleanLine(who)}: ${cleanLine(reason, 500)}`;
  });
