import type { Alert } from '../../shared/model/alert.ts';
import type { Label } from '../../shared/simulation/attacks.ts';

const HOUR = 3_600_000;

export interface Found {
  readonly label: Label;
  /** The first alert on one of the people, from the first access to an hour after the last. */
  readonly alert: Alert | undefined;
  /** Whether one of the alerts on it goes out by mail; the others stand in the list of cases. */
  readonly mailed: boolean;
}

/** Which of the hidden attacks people were told of, and how many alerts had nothing to do with any. */
export function compareWithHidden(hidden: readonly Label[], alerts: readonly Alert[]) {
  const concerns = (label: Label, alert: Alert) => {
    const at = Date.parse(alert.time);
    const people = [alert.subject.id, ...alert.relatedEmployees];
    return (
      at >= Date.parse(label.start) &&
      at <= Date.parse(label.end) + HOUR &&
      label.actors.some((id) => people.includes(id))
    );
  };
  const found = hidden.map((label): Found => {
    const raised = alerts.filter((alert) => concerns(label, alert));
    return { label, alert: raised[0], mailed: raised.some(({ quietChannels }) => !quietChannels?.includes('email')) };
  });
  const falseAlerts = alerts.filter((alert) => !hidden.some((label) => concerns(label, alert)));
  return { found, falseAlerts };
}

/** The table that ends a demo. */
export function resultTable({ found, falseAlerts }: ReturnType<typeof compareWithHidden>): string {
  const rows = found.map(({ label, alert, mailed }) => [
    label.kind,
    label.signal,
    label.actors.join(', '),
    alert ? (mailed ? 'found' : 'found, low') : 'MISSED',
    alert ? `${Math.round((Date.parse(alert.time) - Date.parse(label.start)) / 60_000)} min` : '',
    alert?.signals[0]?.signal ?? '',
  ]);
  const header = ['hidden attack', 'signal it should raise', 'who', 'result', 'after', 'strongest signal'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const hits = found.filter(({ alert }) => alert);
  const low = hits.filter(({ mailed }) => !mailed).length;
  return [
    line(header),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
    '',
    `${hits.length} of ${found.length} hidden attacks found, ${falseAlerts.length} alerts about nothing hidden`,
    ...(low > 0
      ? [`${low} of these by low alerts alone: in the list of cases, and mailed where email-minimum-severity is low`]
      : []),
  ].join('\n');
}
