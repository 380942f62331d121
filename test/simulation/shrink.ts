import type { Schedule } from './schedule.ts';

const MOST_TRIES = 600;

/**
 * Leaves parts out of a schedule for as long as it stays wrong: first halves, then ever smaller pieces, then single steps
 * and faults (Zeller & Hildebrandt, "Simplifying and isolating failure-inducing input", 2002, without the complements).
 *
 * @param isWrong plays a schedule
 * @returns a schedule that is wrong, from which no single part can be left out, unless that took too many tries
 */
export async function shrink(schedule: Schedule, isWrong: (smaller: Schedule) => Promise<boolean>): Promise<Schedule> {
  let tries = 0;
  let smallest = schedule;
  for (let size = Math.ceil(partsOf(smallest) / 2); size >= 1; ) {
    let left = false;
    for (let from = 0; from < partsOf(smallest) && tries < MOST_TRIES; ) {
      const smaller = without(smallest, from, from + size);
      tries++;
      if (await isWrong(smaller)) {
        smallest = smaller;
        left = true;
      } else from += size;
    }
    // What could not be left out before may be now that other parts are gone.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!left || tries >= MOST_TRIES) break;
  }
  return smallest;
}

export const partsOf = ({ steps, faults }: Schedule): number => steps.length + faults.length;

function without(schedule: Schedule, from: number, to: number): Schedule {
  const { steps, faults } = schedule;
  const isLeft = (index: number) => index < from || index >= to;
  return {
    ...schedule,
    steps: steps.filter((_, index) => isLeft(index)),
    faults: faults.filter((_, index) => isLeft(steps.length + index)),
  };
}

/** A schedule for people to read: records as their producer wrote them, one step a line. */
export function describeSchedule({ steps, faults, ...rest }: Schedule): string {
  const readable = steps.map((step) =>
    step.kind === 'put' ? { ...step, data: Buffer.from(step.data, 'base64').toString('latin1') } : step,
  );
  const lines = (items: readonly object[]) => items.map((item) => `  ${JSON.stringify(item)}`).join('\n');
  return `${JSON.stringify(rest)}\nsteps:\n${lines(readable)}\nfaults:\n${lines(faults)}`;
}
