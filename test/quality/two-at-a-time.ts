/** One job a core: a replay keeps one busy. */
const AT_A_TIME = 2;

/**
 * Does jobs side by side, two at a time.
 *
 * @returns their results in the order of the jobs
 * @throws what the first failing job threw, once the one beside it has ended
 */
export async function twoAtATime<Result>(jobs: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < jobs.length && failures.length === 0) {
      const index = next++;
      try {
        const result = await jobs[index]?.();
        if (result !== undefined) results[index] = result;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
