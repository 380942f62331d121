/** What all of them give; where one fails, as it failed, but once all are over: nothing goes on behind the back of whoever gives up. */
export async function allOver<Value>(promises: readonly (Value | Promise<Value>)[]): Promise<readonly Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
