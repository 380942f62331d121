import { CASE_OUTCOMES, type CaseOutcome } from '../model/case.ts';
import { SEVERITIES, type Severity } from '../model/settings.ts';
import { QUALITY_FIELDS } from '../model/source-fields.ts';
import { cleanLine } from '../notification/clean-text.ts';
import { escapeHtml } from '../notification/escape-html.ts';
import { renderPage } from '../notification/page.ts';
import { asNamedToPeople } from '../notification/pseudonyms.ts';
import { countOf, inWords } from '../signals/wording.ts';
import type { Delays } from './promptness.ts';
import { drawBudget, drawShare, drawWeeks } from './report-drawings.ts';
import { CASE_FATES, type GroupVolume, type WeeklyReport } from './weekly-report.ts';

const TEAMS_SHOWN = 15;
const CASES_SHOWN = 40;
const NAME = 60;
const DAY_MS = 86_400_000;

/** A week on a page of its own, for whoever answers for it. */
export function renderReportPage(report: WeeklyReport): string {
  const title = `Borderwatch: ${dateOf(report.startDay)} to ${dateOf(report.endDay - 1)}, in days of UTC`;
  const body = `<header><h1>${title}</h1><p>${escapeHtml(summary(report))}</p></header>
<main>
${section('Protected reads by country', volumeTable('Country', report.countries, report.countries.length))}
${section('Protected reads by team', volumeTable('Team', report.teams, TEAMS_SHOWN))}
${section('Cases opened this week', fates(report) + caseList(report))}
${section('Judged or expired this week', endings(report) + endedList(report))}
${section('How soon people were told, and answered', promptness(report))}
${section('How often a signal was right', precision(report))}
${section('The alert budget', budget(report))}
${section('Suppressed', suppressed(report))}
${section('What the sources send', quality(report))}
${report.notes.length > 0 ? section('Where these numbers come from', list(report.notes)) : ''}
</main>`;
  return renderPage({ title, style: REPORT_STYLE, body });
}

/** On top of the page's style: pictures inside of tables, and tables that scroll on a phone rather than the page. */
const REPORT_STYLE = `
.wide { overflow-x: auto }
/* Cells are no narrower than their longest word: what is wider scrolls. */
td, th { vertical-align: middle; padding-right: 0.8rem; overflow-wrap: break-word }
th { white-space: nowrap }
tbody th { min-width: 4rem; white-space: normal }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
thead th { color: var(--soft) }
td svg { display: block; width: 5.5rem; height: auto }
figure svg { width: auto; max-width: 100%; height: 7rem }
.rest { fill: var(--line) }
.budget { stroke: var(--odd); stroke-width: 1.5; stroke-dasharray: 4 3 }
section { break-inside: avoid-page }
`;

const section = (title: string, content: string) => `<section><h2>${title}</h2>${content}</section>`;
const list = (lines: readonly string[]) =>
  `<ul>${lines.map((line) => `<li>${escapeHtml(cleanLine(line, 300))}</li>`).join('')}</ul>`;
const dayText = (time: number) => new Date(time).toISOString().slice(0, 10);
const dateOf = (day: number) => dayText(day * DAY_MS);
const count = (number: number) => Math.round(number).toLocaleString('en-US');
const cell = (content: string, kind = '') => `<td${kind && ` class="${kind}"`}>${content}</td>`;
const rowHead = (text: string) => `<th scope="row">${escapeHtml(cleanLine(text, NAME))}</th>`;

function table(caption: string, head: readonly string[], rows: readonly string[], textColumns = 1): string {
  const heads = head.map((name, i) => `<th scope="col"${i >= textColumns ? ' class="n"' : ''}>${name}</th>`).join('');
  return `<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.map((row) => `<tr>${row}</tr>`).join('')}</tbody></table></div>`;
}

function summary({ opened, total, fates: byFate, endings: byOutcome }: WeeklyReport): string {
  const confirmed = SEVERITIES.reduce((sum, severity) => sum + byFate[severity].confirmed, 0);
  const open = SEVERITIES.reduce((sum, severity) => sum + byFate[severity].open, 0);
  const suppressedOnes = SEVERITIES.reduce((sum, severity) => sum + byFate[severity].suppressed, 0);
  const ended = (outcome: CaseOutcome) => SEVERITIES.reduce((sum, severity) => sum + byOutcome[severity][outcome], 0);
  return `Cases opened: ${opened.length}; confirmed of them: ${confirmed}; waiting for somebody: ${open}; suppressed: ${suppressedOnes}. Judged this week, whenever opened: ${ended('confirmed') + ended('dismissed')}; expired: ${ended('expired')}. ${count(total.at(-1) ?? 0)} protected reads, ${comparedWithBefore(total)}.`;
}

/** This week against the mean of those before that had any. That in which reads began is none to compare with: it may have had a day of them. */
function comparedWithBefore(weeks: readonly number[]): string {
  const begun = weeks.findIndex((reads) => reads > 0);
  const before = weeks.slice(begun > 0 ? begun + 1 : 0, -1).filter((reads) => reads > 0);
  if (before.length === 0) return 'with no whole week before to compare with';
  const usual = before.reduce((sum, reads) => sum + reads, 0) / before.length;
  const change = Math.round(100 * ((weeks.at(-1) ?? 0) / usual - 1));
  return `${change > 0 ? '+' : ''}${change}% against the ${before.length === 1 ? 'week' : `${before.length} weeks`} before`;
}

function volumeTable(kind: string, groups: readonly GroupVolume[], shown: number): string {
  if (groups.length === 0) return '<p>Nobody read any protected data.</p>';
  const rows = groups.slice(0, shown).map(({ name, people, weeks }) => {
    const label = `Protected reads by week, ${cleanLine(name, NAME)}`;
    return (
      rowHead(name) +
      cell(drawWeeks(weeks, label)) +
      cell(count(weeks.at(-1) ?? 0), 'n') +
      cell(
        escapeHtml(
          comparedWithBefore(weeks)
            .replace(/ against.*/, '')
            .replace(/^with no.*/, 'new'),
        ),
        'n',
      ) +
      cell(count(people), 'n')
    );
  });
  const more = groups.length - shown;
  const caption = `${kind === 'Team' ? 'Teams' : 'Countries'} in which somebody read, five weeks, the last one marked`;
  return (
    table(caption, [kind, 'Weeks', 'This week', 'Change', 'People'], rows, 2) +
    (more > 0 ? `<p>And ${more} more.</p>` : '')
  );
}

/** What was opened within the week can't have expired yet. */
const OPENED_FATES = CASE_FATES.filter((fate) => fate !== 'expired');

function fates({ fates: byFate, opened }: WeeklyReport): string {
  if (opened.length === 0) return '<p>No case was opened.</p>';
  return severityTable('What became of the cases opened this week', OPENED_FATES, byFate);
}

function severityTable<Kind extends string>(
  caption: string,
  kinds: readonly Kind[],
  counts: { readonly [severity in Severity]: { readonly [kind in Kind]: number } },
): string {
  const rows = [...SEVERITIES].reverse().map((severity) => {
    const cells = kinds.map((kind) => cell(String(counts[severity][kind]), 'n'));
    return rowHead(severity) + cells.join('');
  });
  return table(caption, ['Severity', ...kinds], rows);
}

function caseList({ opened }: WeeklyReport): string {
  if (opened.length === 0) return '';
  const rows = opened.slice(0, CASES_SHOWN).map(({ alert, openedAt, fate }) => {
    const { headline } = asNamedToPeople(alert);
    return `${rowHead(alert.severity)}${cell(dayText(openedAt))}${cell(fate)}${cell(escapeHtml(cleanLine(headline, 200)))}`;
  });
  const more = opened.length - CASES_SHOWN;
  return (
    table('The cases, the worst first', ['Severity', 'Opened', 'State', 'What happened'], rows, 4) +
    (more > 0 ? `<p>And ${more} more.</p>` : '')
  );
}

function endings({ ended, endings: byOutcome }: WeeklyReport): string {
  if (ended.length === 0) return '<p>No case was judged, and none expired.</p>';
  return severityTable('Verdicts of this week, and cases that nobody judged in time', CASE_OUTCOMES, byOutcome);
}

function endedList({ ended }: WeeklyReport): string {
  if (ended.length === 0) return '';
  const rows = ended.slice(0, CASES_SHOWN).map(({ alert, openedAt, at, outcome }) => {
    const { headline } = asNamedToPeople(alert);
    return `${rowHead(alert.severity)}${cell(dayText(openedAt))}${cell(dayText(at))}${cell(outcome)}${cell(escapeHtml(cleanLine(headline, 200)))}`;
  });
  const more = ended.length - CASES_SHOWN;
  return (
    table('Judged or expired, the worst first', ['Severity', 'Opened', 'Ended', 'Outcome', 'What happened'], rows, 5) +
    (more > 0 ? `<p>And ${more} more.</p>` : '')
  );
}

function promptness({ promptness: { told, judged } }: WeeklyReport): string {
  const lines = [
    told
      ? `From the access that opened a case to the telling: ${delays(told)} With the time that a source took to send it.`
      : 'Of no case that was opened this week is it known when people were told.',
    judged
      ? `From the telling to the verdict: ${delays(judged)}`
      : 'No case was judged of which it is known when people were told.',
  ];
  return lines.map((line) => `<p>${line}</p>`).join('');
}

const delays = ({ cases, median, longest, slowest }: Delays) =>
  `of ${countOf(cases, 'case')} the middle one took ${inWords(median)}, the slowest ${inWords(longest)} (${escapeHtml(slowest)}).`;

function precision({ precision: signals }: WeeklyReport): string {
  if (signals.length === 0) return '<p>Nobody has judged a case yet, so nothing can be said.</p>';
  const rows = signals.map(({ signal, confirmed, dismissed }) => {
    const share = confirmed / (confirmed + dismissed);
    return (
      rowHead(signal) +
      cell(drawShare(share, `${Math.round(100 * share)}% of ${signal} were confirmed`)) +
      cell(`${Math.round(100 * share)}%`, 'n') +
      cell(String(confirmed), 'n') +
      cell(String(dismissed), 'n')
    );
  });
  return table(
    'Cases that somebody judged, by the signal that weighed most, of all time',
    ['Signal', 'Share', 'Right', 'Confirmed', 'Dismissed'],
    rows,
    2,
  );
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function budget({ statisticalByDay, startDay, alertsPerDay, policyFacts }: WeeklyReport): string {
  const used = statisticalByDay.reduce((sum, cases) => sum + cases, 0);
  const names = statisticalByDay.map((_, i) => WEEKDAYS[new Date((startDay + i) * DAY_MS).getUTCDay()] ?? '');
  return `<p>${alertsPerDay} a day on ordinary traffic are asked for, ${(alertsPerDay * statisticalByDay.length).toFixed(1)} in the week; the statistics opened ${used} cases, true and false ones. ${policyFacts} more are facts of policy, which no budget holds back.</p>
<figure>${drawBudget(statisticalByDay, names, alertsPerDay)}<figcaption>Cases by day; dashed: what is asked for</figcaption></figure>`;
}

function suppressed({ suppressions }: WeeklyReport): string {
  if (suppressions === undefined) return '<p>What was suppressed is not known to this report.</p>';
  return suppressions.length === 0 ? '<p>Nothing was suppressed.</p>' : list(suppressions);
}

function quality({ quality: sources }: WeeklyReport): string {
  if (sources === undefined)
    return '<p>Not known: it is counted over events, and this report was made from tables. Make it with <code>--archive</code> or <code>--from</code>.</p>';
  const rows = sources.map(({ source, events, missing, invalid, longestLagHours }) => {
    const share = (without: number) => (events === 0 ? '' : `${((100 * without) / events).toFixed(1)}%`);
    return (
      rowHead(source) +
      cell(count(events), 'n') +
      QUALITY_FIELDS.map((field) => cell(share(missing[field]), 'n')).join('') +
      cell(count(invalid), 'n') +
      cell(longestLagHours === undefined ? 'not known' : `${longestLagHours.toFixed(1)} h`, 'n')
    );
  });
  return table(
    'Events of the week by source, and the share without each field',
    ['Source', 'Events', ...QUALITY_FIELDS.map((field) => `No ${field}`), 'Invalid', 'Longest lag'],
    rows,
  );
}
