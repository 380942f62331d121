import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAlertPage } from '../../shared/notification/alert-page.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { alertPictures, hostileAlert } from '../notification/hostile-alert.ts';
import { hasChromium, launchChromium } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;

const [event] = anAlert().events;
if (!event) throw new Error('the factory changed');
const FULL = anAlert({ pictures: alertPictures(), events: new Array(20).fill(event) });

describe.skipIf(!hasChromium('the page of an alert in a browser'))('the page of an alert in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launchChromium();
    folder = mkdtempSync(join(tmpdir(), 'borderwatch-pages-'));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page, and collects what it complains about and what else it asks for. */
  async function open(html: string, width: number, colorScheme: 'light' | 'dark', bypassCSP = false) {
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
  }

  const runAxe = async (page: Page): Promise<string[]> => {
    await page.evaluate(AXE);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } };
      return (await axe.run()).violations.map((violation) => JSON.stringify(violation));
    });
  };

  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      it(`is readable to everybody at ${width} px, ${scheme}`, async () => {
        const { page, complaints, requests } = await open(renderAlertPage(FULL), width, scheme);

        expect(await runAxe(page)).toEqual([]);
        expect(await page.locator('h1').innerText()).toBe('e-00042 in China read 70 US users in 27 minutes');
        expect(await page.getByRole('img').count()).toBe(2);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(complaints).toEqual([]);
        expect(requests()).toEqual([]);
        expect((await page.screenshot({ fullPage: true })).length).toBeGreaterThan(10_000);
      });
    }

    it(`shows hostile names as text at ${width} px, even without its policy`, async () => {
      const { page, complaints, requests } = await open(renderAlertPage(hostileAlert()), width, 'light', true);

      expect(await page.title()).not.toBe('owned');
      expect(await page.locator('script, img, a, iframe, form').count()).toBe(0);
      expect(await page.locator('h1').innerText()).toContain('<script>');
      expect(await page.locator('dt', { hasText: 'Approval' }).count()).toBe(1);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect((await page.locator('html').innerText()).replaceAll(/\s/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(complaints).toEqual([]);
      expect(requests()).toEqual([]);
    });
  }

  it('is one sheet on paper', async () => {
    const { page } = await open(renderAlertPage(FULL), 1280, 'light');

    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');

    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });
});
