import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../shared/model/alert.ts';
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
  return (alert) => {
    // An id is hexadecimal; should it ever be anything else, it must still name a file in this folder.
    const path = join(folder, `${encodeURIComponent(alert.alertId).replaceAll('.', '%2E')}.html`);
    writeOrFail(path, () => writeFileSync(path, renderAlertPage(alert)));
  };
}
