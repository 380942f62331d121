import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** Whether there is a browser; where there is none, it says what is not tested. */
export function hasChromium(tests: string): boolean {
  const found = existsSync(CHROMIUM);
  if (!found) console.warn(`skipped: ${tests}; there is no ${CHROMIUM} (Debian: apt-get install chromium)`);
  return found;
}

/** A browser that asks nobody for anything of its own accord. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium refuses its sandbox to root, as whom containers run.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
