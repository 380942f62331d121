import type { Settings } from './settings.ts';
import { SIGNAL_NAMES } from './signal-names.ts';

/** Fewer statistical alerts than one in a hundred days is nothing that anybody would wait for. */
const LEAST_ALERTS_A_DAY = 0.01;

/**
 * Why nobody would hear of anything under these settings, however odd; empty when somebody would. Each of them may be meant,
 * for a while: so they are not invalid, but nothing sets them by accident, and an alarm rings while one is in force.
 */
export function silencedBy(settings: Settings): readonly string[] {
  const { protectedRegions, mode, alertsPerDay, signals } = settings;
  // Policy facts are no signal that could be turned off.
  const statistical = SIGNAL_NAMES.filter((name) => name !== 'unapproved-access');
  const allOff = statistical.every((name) => !signals[name].enabled || signals[name].weight === 0);
  return [
    ...(protectedRegions.length === 0 ? ['protected-regions is empty: no access is one to protected users'] : []),
    ...(mode === 'shadow' ? ['mode is shadow: cases are recorded and nobody is told'] : []),
    ...(alertsPerDay < LEAST_ALERTS_A_DAY
      ? [`alerts-per-day is ${alertsPerDay}: less than one statistical alert in ${1 / LEAST_ALERTS_A_DAY} days`]
      : []),
    ...(allOff ? ['every signal is off: only what breaches policy is an alert'] : []),
  ];
}
