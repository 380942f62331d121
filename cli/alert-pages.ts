import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Alert, MAXIMUM_OTHER_CASES, type OtherCase } from '../shared/model/alert.ts';
import { EXPIRES_AFTER_MS } from '../shared/model/case.ts';
import { renderAlertPage } from '../shared/notification/alert-page.ts';
import { writeOrFail } from './quarantine-file.ts';

/**
 * Writes the page of each alert into a folder, made where there is none. A later revision of a case takes the place of an
 * earlier one, as it does in the case.
 *
 * @throws CommandFailure when it can't be written
 */
export function alertPagesIn(folder: string): (alert: Alert) => void {
  writeOrFail(folder, () => mkdirSync(folder, { recursive: true }));
  const seen = new Map<string, OtherCase[]>();
  return (told) => {
    const alert = { ...told, ...othersAmong(seen, told) };
    // An id is hexadecimal; should it ever be anything else, it must still name a file in this folder.
    const path = join(folder, `${encodeURIComponent(alert.alertId).replaceAll('.', '%2E')}.html`);
    writeOrFail(path, () => writeFileSync(path, renderAlertPage(alert)));
  };
}

/** A backtest has no table of cases: what it raised before on the same subject is what is open, until its time is over. */
function othersAmong(seen: Map<string, OtherCase[]>, alert: Alert): Pick<Alert, 'otherCases'> {
  if (alert.otherCases) return {};
  const subject = `${alert.subject.type} ${alert.subject.id}`;
  const cases = seen.get(subject) ?? [];
  seen.set(subject, cases);
  const { alertId, time, severity, headline } = alert;
  const known = cases.findIndex((each) => each.alertId === alertId);
  const openedAt = cases[known]?.openedAt ?? time;
  const others = cases.filter(
    (each) => each.alertId !== alertId && Date.parse(time) - Date.parse(each.openedAt) < EXPIRES_AFTER_MS,
  );
  cases.splice(known < 0 ? cases.length : known, 1, { alertId, openedAt, severity, headline });
  return others.length === 0 ? {} : { otherCases: others.slice(0, MAXIMUM_OTHER_CASES) };
}
