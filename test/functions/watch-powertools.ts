import { vi } from 'vitest';
import { METRIC_NAMESPACE } from '../../shared/model/metric-names.ts';

/**
 * Has a function's metrics and logs written to the console, where they are kept and not shown. To be called before its handler is
 * made, and undone by `vi.unstubAllEnvs` and `vi.restoreAllMocks`.
 *
 * @returns the lines, which grow
 */
export function watchPowertools(functionName: string): string[] {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', `borderwatch-test-${functionName}`);
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', METRIC_NAMESPACE);
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  // Powertools has a console of its own otherwise, which a test can't watch.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  const lines: string[] = [];
  for (const level of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)));
  return lines;
}
