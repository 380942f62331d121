import type { Observer } from '../shared/pipeline/replay-run.ts';

/** The top score of each employee on each of their working days. */
export interface DayScores {
  readonly take: Observer;
  /** NDJSON, by day and then by employee; days without a score above 0 are not there. */
  readonly lines: () => string;
}

export function startDayScores(): DayScores {
  const scores = new Map<string, number>();
  return {
    take: (access, { score }) => {
      const key = `${new Date(access.local.day * 86_400_000).toISOString().slice(0, 10)} ${access.actorId}`;
      if (score > (scores.get(key) ?? 0)) scores.set(key, score);
    },
    lines: () =>
      [...scores]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, score]) => {
          const [day, employee] = key.split(' ');
          return `${JSON.stringify({ day, employee, score: Math.round(score * 1000) / 1000 })}\n`;
        })
        .join(''),
  };
}
