/** Simulated time, and all that is still to happen: the one scheduler of a run. */
export interface Agenda {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Plans something; what is planned for the past happens next. Of two things at one time the one planned first comes first. */
  readonly at: (time: number, act: () => void) => void;
  /**
   * Lets everything happen, one thing at a time; between two the functions run on to their next calls.
   *
   * @param isOver ends it early
   * @throws Error when more happens than can be meant: something goes round in circles
   */
  readonly run: (isOver?: () => boolean) => Promise<void>;
  /** How many things have happened. */
  readonly steps: () => number;
}

interface Planned {
  readonly time: number;
  readonly act: () => void;
}

const MOST_STEPS = 5_000;

export function createAgenda(start: number): Agenda {
  // Latest first: what comes next is taken off the end.
  const planned: Planned[] = [];
  let now = start;
  let steps = 0;
  return {
    now: () => now,
    at: (time, act) => {
      let low = 0;
      let high = planned.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((planned[middle]?.time ?? 0) > time) low = middle + 1;
        else high = middle;
      }
      planned.splice(low, 0, { time, act });
    },
    run: async (isOver = () => false) => {
      // Whoever plays many runs has other things to do as well.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      for (;;) {
        await quiet();
        const next = planned.pop();
        if (!next || isOver()) return;
        if (++steps > MOST_STEPS) throw new Error(`the run has not settled after ${MOST_STEPS} steps`);
        now = Math.max(now, next.time);
        next.act();
      }
    },
    steps: () => steps,
  };
}

/**
 * Until every function waits for a call: nothing here waits for anything but the agenda, so that happens once no promise has
 * anything left to do. From within a promise's turn, Node comes to the next tick then and no sooner, and without a turn of
 * the loop, which would cost as much as the step itself (Node.js, "process", "When to use queueMicrotask() vs. process.nextTick()").
 */
const quiet = () => new Promise<void>((resolve) => void process.nextTick(resolve));
