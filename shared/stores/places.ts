/** Runs something as soon as there is a place for it. */
export type Places = <Result>(act: () => Promise<Result>) => Promise<Result>;

/**
 * Lets so many things run at once; the others wait in the order in which they came.
 *
 * @param count at least 1
 */
export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      // A place is handed over rather than freed, or a newcomer could overtake those who wait.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
