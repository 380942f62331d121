import { escapeHtml } from '../notification/escape-html.ts';

const BAR = 14;
const GAP = 3;
const HEIGHT = 28;

/** A few weeks as bars, the last one marked, small enough for a cell of a table. @param label what the numbers are */
export function drawWeeks(weeks: readonly number[], label: string): string {
  const most = Math.max(1, ...weeks);
  const bars = weeks.map((reads, week) => {
    const height = reads === 0 ? 0 : Math.max(1, (HEIGHT * reads) / most);
    const kind = week === weeks.length - 1 ? 'today' : 'bar';
    return `<rect class="${kind}" x="${week * (BAR + GAP)}" y="${(HEIGHT - height).toFixed(1)}" width="${BAR}" height="${height.toFixed(1)}"/>`;
  });
  return svg(
    weeks.length * (BAR + GAP),
    HEIGHT,
    `${label}: ${weeks.map((reads) => Math.round(reads)).join(', ')}`,
    bars.join(''),
  );
}

const DAY_WIDTH = 40;
const DAYS_HEIGHT = 70;

/** Cases by day against the budget, drawn as a line. */
export function drawBudget(days: readonly number[], names: readonly string[], alertsPerDay: number): string {
  const most = Math.max(1, alertsPerDay, ...days);
  const y = (count: number) => 12 + DAYS_HEIGHT - (DAYS_HEIGHT * count) / most;
  const bars = days.map(
    (count, day) =>
      `<rect class="bar" x="${day * DAY_WIDTH + 6}" y="${y(count).toFixed(1)}" width="${DAY_WIDTH - 12}" height="${(12 + DAYS_HEIGHT - y(count)).toFixed(1)}"/>` +
      `<text x="${day * DAY_WIDTH + DAY_WIDTH / 2}" y="${DAYS_HEIGHT + 24}" text-anchor="middle">${escapeHtml(names[day] ?? '')} ${count}</text>`,
  );
  const width = days.length * DAY_WIDTH;
  const line = `<line class="budget" x1="0" x2="${width}" y1="${y(alertsPerDay).toFixed(1)}" y2="${y(alertsPerDay).toFixed(1)}"/>`;
  return svg(
    width,
    DAYS_HEIGHT + 30,
    `Statistical cases by day: ${days.join(', ')}; ${alertsPerDay} a day are asked for`,
    [...bars, line].join(''),
  );
}

const SHARE_WIDTH = 100;

/** A share as a bar that is filled from the left. */
export const drawShare = (share: number, label: string): string =>
  svg(
    SHARE_WIDTH,
    12,
    label,
    `<rect class="rest" x="0" y="1" width="${SHARE_WIDTH}" height="10"/><rect class="bar" x="0" y="1" width="${(share * SHARE_WIDTH).toFixed(1)}" height="10"/>`,
  );

const svg = (width: number, height: number, label: string, content: string) =>
  `<svg role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${width} ${height}" style="aspect-ratio:${width}/${height}">${content}</svg>`;
