import type { Alert } from '../model/alert.ts';
import { drawDailyReads, drawHours } from './alert-drawings.ts';
import { type CardFact, cardOf } from './card.ts';
import { cleanLine } from './clean-text.ts';
import { escapeHtml } from './escape-html.ts';
import { renderPage } from './page.ts';

/** An alert as a page of its own. */
export function renderAlertPage(alert: Alert): string {
  const card = cardOf(alert);
  const { pictures } = card;
  const list = (title: string, lines: readonly string[], kind: 'ul' | 'ol') =>
    lines.length === 0
      ? ''
      : `<section><h2>${title}</h2><${kind}>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</${kind}></section>`;
  const drawn = pictures
    ? `<div class="pictures"><figure>${drawDailyReads(pictures)}<figcaption>Protected reads a day</figcaption></figure>
<figure>${drawHours(pictures, alert.events)}<figcaption>Usual hours, home time (UTC where unknown); ring: these accesses</figcaption></figure></div>
${ladder(pictures.ladder)}`
    : '';
  const body = `<header><p class="severity ${card.severity}">${card.severity}</p><h1>${escapeHtml(card.claim)}</h1></header>
<main>
<section><h2>Who and what</h2>${facts(card.facts)}</section>
<section><h2>Seen, and usual</h2><ul>${card.reasons
    .map(({ percent, signal, text }) => `<li><b>${percent}%</b> ${escapeHtml(signal)}: ${escapeHtml(text)}</li>`)
    .join('')}</ul>
${drawn}</section>
<section><h2>Grounds and approvals</h2>${facts(card.grounds)}</section>
${list(
  `Accesses (${card.events.length})`,
  card.events.map((cells) => cells.join(' · ')),
  'ul',
)}
${list('What may explain it', card.mayBeBenign, 'ul')}
${list('Next steps', card.nextSteps, 'ol')}
${list('Other open cases of the same subject', card.otherCases, 'ul')}
</main>
<footer><p>Case ${escapeHtml(card.caseId)}, revision ${card.revision}</p></footer>`;
  return renderPage({ title: card.subjectLine, body });
}

const facts = (rows: readonly CardFact[]) =>
  `<dl>${rows.map(({ label, text }) => `<dt>${label}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>`;

function ladder(rungs: NonNullable<Alert['pictures']>['ladder']): string {
  if (rungs.length === 0) return '';
  const rows = rungs.map(({ attribute, value, self, peers, country }) => {
    const cells = [self, peers, country].map((usual) => `<td class="${usual}">${usual}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(cleanLine(`${attribute} ${value}`, 60))}</th>${cells}</tr>`;
  });
  return `<table><caption>How usual is what was used?</caption><thead><tr><th scope="col">Used</th><th scope="col">by this person</th><th scope="col">by peers</th><th scope="col">in the country</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
