import type { Alert } from '../model/alert.ts';
import { SEVERITIES, type Settings, type Severity } from '../model/settings.ts';

/** The channels whose least severity an alert does not reach, as a part of the alert; nothing when it reaches all. */
export function quietChannels(severity: Severity, settings: Settings): Pick<Alert, 'quietChannels'> {
  const isBelow = (least: Severity) => SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(least);
  const quiet = [
    ...(isBelow(settings.emailMinimumSeverity) ? ['email' as const] : []),
    ...(isBelow(settings.slackMinimumSeverity) ? ['slack' as const] : []),
  ];
  return quiet.length > 0 ? { quietChannels: quiet } : {};
}
