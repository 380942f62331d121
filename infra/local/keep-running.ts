import type { LocalStack } from './local-stack.ts';
import { pause } from './pause.ts';

const MINUTE_MS = 60_000;

/**
 * From here on the stack lives on the wall clock, as it does on AWS: mappings poll, `assess` runs every minute.
 *
 * @param stopped ends it
 * @param onError told of each run of `assess` that failed; the next one comes all the same
 * @param pollMs how often published alerts are looked for
 */
export async function keepRunning(
  stack: Pick<LocalStack, 'startMappings' | 'assess' | 'printPublished'>,
  stopped: AbortSignal,
  onError: (error: unknown) => void,
  pollMs = 500,
): Promise<void> {
  stack.startMappings();
  let lastAssess = -Infinity;
  while (!stopped.aborted) {
    if (performance.now() - lastAssess >= MINUTE_MS) {
      lastAssess = performance.now();
      await stack.assess().catch(onError);
    }
    await stack.printPublished();
    await pause(pollMs, stopped);
  }
}
