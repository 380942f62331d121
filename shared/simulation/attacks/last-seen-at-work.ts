import { type PersonDay, sittingsOf } from '../day.ts';
import type { Person } from '../people.ts';
import { accessesOf } from '../sitting.ts';
import { type Stage, workdays } from './stage.ts';

/**
 * When somebody last used their own laptop at a place that can be trusted, in ordinary work on one of the days for attacks.
 *
 * @returns epoch milliseconds and the day; nothing when they are never seen at one
 */
export function lastSeenAtWork(
  stage: Stage,
  person: Person,
): { readonly today: PersonDay; readonly time: number } | undefined {
  const seen = workdays(stage, person, person.startHour).flatMap((today) =>
    sittingsOf(stage.world, today)
      .flatMap((sitting) => accessesOf(stage.world, sitting).slice(-1))
      .filter(({ ip }) => ip === today.address)
      .sort((a, b) => a.time - b.time)
      .slice(0, 1)
      .map(({ time }) => ({ today, time })),
  );
  return seen[stage.turn % Math.max(1, seen.length)];
}
