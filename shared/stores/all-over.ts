/** What all of them give; where one fails, as it failed, but once all are over: nothing goes on behind the back of whoever gives up. */
export async function allOver<const Values extends readonly unknown[]>(
  promises: Values,
): Promise<{ readonly [Place in keyof Values]: Awaited<Values[Place]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
