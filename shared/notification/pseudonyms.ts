import type { Alert } from '../model/alert.ts';

/**
 * The alert as messages name people. With pseudonyms, the ids of the subject, of everybody related and of the device are
 * replaced wherever they stand. A pseudonym comes from the case, so two cases of one person can't be joined by it. It keeps
 * names from readers, not from an attacker: a case's id is a plain hash, so whoever holds the list of all ids and the opening
 * access can find out by trying. Offices and sources are nobody.
 */
export function asNamedToPeople(alert: Alert): Alert {
  if (alert.identity !== 'pseudonym') return alert;
  const names = new Map<string, string>();
  if (alert.subject.type === 'employee' || alert.subject.type === 'service')
    names.set(alert.subject.id, `${alert.subject.type} ${alert.alertId.slice(0, 8)}`);
  for (const [index, id] of alert.relatedEmployees.entries())
    if (!names.has(id)) names.set(id, `related person ${index + 1}`);
  if (alert.where.device !== 'unknown') names.set(alert.where.device, 'a device');
  // Few have the same role in a team, and the pseudonyms of one person's cases are not to be joined.
  const { role: _, otherCases: __, ...told } = alert;
  const renamed = (text: string) => replaceNames(text, names);
  return {
    ...told,
    subject: { ...alert.subject, id: names.get(alert.subject.id) ?? alert.subject.id },
    relatedEmployees: alert.relatedEmployees.map((id) => names.get(id) ?? id),
    headline: renamed(alert.headline),
    signals: alert.signals.map((signal) => ({ ...signal, text: renamed(signal.text) })),
    where: { ...alert.where, device: names.get(alert.where.device) ?? alert.where.device },
    mayBeBenign: alert.mayBeBenign.map(renamed),
    // Home folders and schemas are often named after their owners.
    events: alert.events.map((event) => ({
      ...event,
      id: renamed(event.id),
      dataset: renamed(event.dataset),
      ...(event.store !== undefined && { store: renamed(event.store) }),
    })),
    ...(alert.pictures && {
      pictures: {
        ...alert.pictures,
        ladder: alert.pictures.ladder.map((rung) => ({ ...rung, value: renamed(rung.value) })),
      },
    }),
  };
}

/** Replaces whole names, so that e-1 is not found in e-10; all in one pass, so that a replacement is never replaced again. */
function replaceNames(text: string, names: ReadonlyMap<string, string>): string {
  const ids = [...names.keys()].filter((id) => id !== '').sort((a, b) => b.length - a.length);
  if (ids.length === 0) return text;
  const any = ids.map((id) => id.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, 'gu');
  return text.replace(whole, (id) => names.get(id) ?? id);
}
