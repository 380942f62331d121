const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Bars of text, a letter a day: `·` is a day off, and the highest bar is the highest day, which is named. */
export function sparkline(daily: readonly (number | null)[]): string {
  const most = Math.max(1, ...daily.map((reads) => reads ?? 0));
  const bars = daily.map((reads) => (reads === null ? '·' : BARS[Math.round((reads / most) * (BARS.length - 1))]));
  return `${bars.join('')}  at most ${Math.round(most)}`;
}
