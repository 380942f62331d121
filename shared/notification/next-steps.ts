import type { Alert } from '../model/alert.ts';
import { countOf } from '../signals/wording.ts';

/** What to do about an alert, first things first. An alert is a question, so people are asked before anything is taken away. */
export function nextSteps(alert: Alert): string[] {
  const signals = new Set(alert.signals.map(({ signal }) => signal));
  const personal = alert.subject.type === 'employee';
  const steps: string[] = [];
  const { without } = alert.approvals;
  if (without > 0) steps.push(`Look for tickets that cover the ${countOf(without, 'access', 'accesses')} without one.`);
  if (signals.has('targeted-lookups'))
    steps.push('Look up the earlier look-ups of the same user in the archive: this case holds its own accesses alone.');
  if (signals.has('stolen-account'))
    steps.push('Reach the person by a way that is not this account: it may be in other hands.');
  if (signals.has('unapproved-access')) steps.push('Tell whoever approves access from countries of concern.');
  steps.push(
    personal
      ? "Ask the team's lead what the work was, then the person: an explanation is likelier than intent."
      : 'Ask whoever runs it what changed.',
  );
  if (alert.severity === 'critical')
    steps.push('If nobody can explain it within an hour, pause the access while you find out.');
  return steps;
}
