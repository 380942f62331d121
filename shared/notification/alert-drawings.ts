import type { AlertEvent, AlertPictures } from '../model/alert.ts';

const BAR_WIDTH = 10;
const CHART_HEIGHT = 60;
const CELL = 12;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const LABEL_WIDTH = 30;
const MINUTE = 60_000;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 3;

/** Protected reads of the last days as an inline SVG: the alert's day stands out, a day off is a dot on the line. */
export function drawDailyReads({ dailyReads }: AlertPictures): string {
  const most = Math.max(1, ...dailyReads.map((reads) => reads ?? 0));
  const today = dailyReads.length - 1;
  const bars = dailyReads.map((reads, day) => {
    const x = day * BAR_WIDTH;
    if (reads === null) return `<circle class="off" cx="${x + BAR_WIDTH / 2}" cy="${CHART_HEIGHT + 10}" r="1.5"/>`;
    const height = Math.max(1, (CHART_HEIGHT * reads) / most);
    const kind = day === today ? 'today' : 'bar';
    return `<rect class="${kind}" x="${x + 1}" y="${(12 + CHART_HEIGHT - height).toFixed(1)}" width="${BAR_WIDTH - 2}" height="${height.toFixed(1)}"/>`;
  });
  const width = dailyReads.length * BAR_WIDTH;
  const count = Math.round(dailyReads[today] ?? 0);
  return svg(
    width,
    CHART_HEIGHT + 28,
    `Protected reads on the last ${dailyReads.length} days: ${count} today, at most ${Math.round(most)} on a day`,
    `${bars.join('')}<text x="0" y="9">at most ${Math.round(most)} a day</text><text x="${width}" y="${CHART_HEIGHT + 25}" text-anchor="end">today: ${count}</text>`,
  );
}

/**
 * When the subject usually works, by hour and weekday, with these accesses on it. Hours and weekdays are remembered apart,
 * so a cell shows their product, against the busiest cell.
 */
export function drawHours({ hours, weekdays, utcOffsetMinutes }: AlertPictures, events: readonly AlertEvent[]): string {
  const most = Math.max(Number.MIN_VALUE, ...hours) * Math.max(Number.MIN_VALUE, ...weekdays);
  const top = CELL;
  const cells = WEEKDAYS.flatMap((_, weekday) =>
    Array.from({ length: 24 }, (__, hour) => {
      const usual = ((hours[hour] ?? 0) * (weekdays[weekday] ?? 0)) / most;
      return `<rect class="cell" x="${LABEL_WIDTH + hour * CELL}" y="${top + weekday * CELL}" width="${CELL - 1}" height="${CELL - 1}" fill-opacity="${(0.08 + 0.92 * usual).toFixed(2)}"/>`;
    }),
  );
  const names = WEEKDAYS.map((name, weekday) => `<text x="0" y="${top + weekday * CELL + 9}">${name}</text>`);
  const ticks = [0, 6, 12, 18].map((hour) => `<text x="${LABEL_WIDTH + hour * CELL}" y="9">${hour}:00</text>`);
  const seen = new Set(events.map(({ time }) => localCell(Date.parse(time) + utcOffsetMinutes * MINUTE)));
  const marks = [...seen].map((cell) => {
    const x = LABEL_WIDTH + (cell % 24) * CELL + CELL / 2 - 0.5;
    const y = top + Math.floor(cell / 24) * CELL + CELL / 2 - 0.5;
    // A rim of the page's colour: the ring must be seen on the busiest hours too.
    return `<circle class="rim" cx="${x}" cy="${y}" r="3.5"/><circle class="mark" cx="${x}" cy="${y}" r="3.5"/>`;
  });
  return svg(
    LABEL_WIDTH + 24 * CELL,
    top + 7 * CELL,
    `Usual working hours by weekday, with these accesses marked: ${[...seen].map(cellName).join(', ') || 'none'}`,
    [...cells, ...names, ...ticks, ...marks].join(''),
  );
}

/** @param localTime epoch milliseconds plus the offset @returns weekday × 24 + hour */
function localCell(localTime: number): number {
  const hours = Math.floor(localTime / (60 * MINUTE));
  const weekday = (((Math.floor(hours / 24) + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
  return weekday * 24 + (((hours % 24) + 24) % 24);
}

const cellName = (cell: number) => `${WEEKDAYS[Math.floor(cell / 24)]} ${cell % 24}:00`;

const svg = (width: number, height: number, label: string, content: string) =>
  `<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
