// Draws docs/alert.svg from an alert of the demo: node docs/draw-alert.ts [alerts.ndjson]
import { readFileSync, writeFileSync } from 'node:fs';
import { type Alert, alertSchema } from '../shared/model/alert.ts';
import { countOf } from '../shared/signals/wording.ts';

const WIDTH = 860;
const LINE = 24;
const CHARACTERS = 96;

const escaped = (text: string) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

function wrapped(text: string, width = CHARACTERS): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (`${lines[last]} ${word}`.length > width) lines.push(word);
    else lines[last] = `${lines[last]} ${word}`.trim();
  }
  return lines;
}

/** One line a row: its style and its words. */
function rows(alert: Alert): (readonly [style: string, text: string])[] {
  const usual = (low: number, high: number) => (low === high ? `${low}` : `${low} to ${high}`);
  return [
    [
      'kind',
      `${alert.severity.toUpperCase()} · score ${alert.score.toFixed(1)} · ${alert.time.slice(0, 16).replace('T', ' ')} UTC`,
    ],
    ...wrapped(alert.headline, 78).map((line) => ['claim', line] as const),
    ...alert.signals.map(
      ({ signal, observed, expected, unit, share }) =>
        [
          'fact',
          `${signal}: ${observed} ${unit}; usual ${usual(expected.low, expected.high)} (${Math.round(100 * share)}% of the evidence)`,
        ] as const,
    ),
    [
      'fact',
      `${countOf(alert.subjectsTouched.count, 'user')} touched (${alert.subjectsTouched.basis}) · ${countOf(alert.approvals.with, 'read')} with a ticket, ${alert.approvals.without} without`,
    ],
    ['fact', `judged on ${alert.baseline.historyDays} days of own history and on ${alert.baseline.peerGroup}`],
    ...alert.mayBeBenign.map((reason) => ['benign', `may be benign: ${reason}`] as const),
  ];
}

const file = process.argv[2] ?? '.borderwatch/demo/alerts.ndjson';
const alerts = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => alertSchema.parse(JSON.parse(line)));
const alert = alerts.reduce(
  (best, next) => (next.signals[0]?.signal === 'volume' && next.score > best.score ? next : best),
  alerts[0] as Alert,
);
const lines = rows(alert);
const text = lines.map(
  ([style, words], i) => `  <text class="${style}" x="28" y="${44 + i * LINE}">${escaped(words)}</text>`,
);
writeFileSync(
  'docs/alert.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${52 + lines.length * LINE}" role="img" aria-label="${escaped(alert.headline).replaceAll('"', '')}">
  <style>
    rect { fill: #fff; stroke: #b3261e; stroke-width: 2 }
    text { font: 14px system-ui, sans-serif; fill: #222 }
    .kind { font-weight: 600; fill: #b3261e }
    .claim { font-size: 17px; font-weight: 600 }
    .benign { fill: #3a6b35 }
    @media (prefers-color-scheme: dark) { rect { fill: #1c1c1e; stroke: #ff6b5e } text { fill: #eee } .kind { fill: #ff8a80 } .benign { fill: #9bd38f } }
  </style>
  <rect x="4" y="4" width="${WIDTH - 8}" height="${44 + lines.length * LINE}" rx="10"/>
${text.join('\n')}
</svg>
`,
);
