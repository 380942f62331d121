import { type Alert, MAXIMUM_OTHER_CASES } from '../model/alert.ts';
import type { Case } from './ports.ts';

/** What an alert says of its subject's other cases; nothing where there are none. @param open cases of the subject, this one among them or not */
export function otherCasesOf(alertId: string, open: readonly Case[]): Pick<Alert, 'otherCases'> {
  const others = open.filter((other) => other.alertId !== alertId).slice(0, MAXIMUM_OTHER_CASES);
  if (others.length === 0) return {};
  return {
    otherCases: others.map(({ alertId, openedAt, alert: { severity, headline } }) => ({
      alertId,
      openedAt: new Date(openedAt).toISOString(),
      severity,
      headline,
    })),
  };
}
