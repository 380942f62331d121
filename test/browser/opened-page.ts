import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

export const WIDTHS = [1280, 390] as const;
export const SCHEMES = ['light', 'dark'] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page in a browser, what it complained about, and what it asked for beyond its own file. */
export interface OpenedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: () => readonly string[];
}

/** A browser that opens pages from their text. */
export async function startBrowser() {
  const browser = await launchChromium();
  const folder = mkdtempSync(join(tmpdir(), 'borderwatch-pages-'));
  return {
    open: async (
      html: string,
      width: number,
      colorScheme: (typeof SCHEMES)[number],
      bypassCSP = false,
    ): Promise<OpenedPage> => {
      const file = join(folder, 'page.html');
      writeFileSync(file, html);
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      return { page, complaints, requests: () => requests.filter((url) => !/^(file|data):/.test(url)) };
    },
    close: async (): Promise<void> => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What axe finds wrong with contrast, landmarks and names; empty when everybody can read the page. */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map((violation) => JSON.stringify(violation));
  });
}
