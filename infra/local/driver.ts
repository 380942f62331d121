/** What runs a mapping: one thing at a time, stopped by its signal. */
export interface Driver {
  /** Of the run under way, or of the last one. */
  readonly signal: () => AbortSignal;
  /** @throws Error when something is running already */
  readonly run: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  /** Aborts what runs and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** @param name of what is driven, for the error's text */
export function createDriver(name: string): Driver {
  let controller = new AbortController();
  let running: Promise<unknown> | undefined;
  return {
    signal: () => controller.signal,
    run: (work) => {
      if (running) throw new Error(`${name} is already running: wait for drain, or stop it first.`);
      controller = new AbortController();
      const result = work(controller.signal).finally(() => {
        running = undefined;
      });
      running = result;
      return result;
    },
    stop: async () => {
      controller.abort();
      // Whoever began the work is told of its failure; stopping only waits for its end.
      if (running) await Promise.allSettled([running]);
    },
  };
}
