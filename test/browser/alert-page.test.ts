import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAlertPage } from '../../shared/notification/alert-page.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { alertPictures, hostileAlert } from '../notification/hostile-alert.ts';
import { hasChromium } from './chromium.ts';
import { accessibilityViolations, SCHEMES, startBrowser, WIDTHS } from './opened-page.ts';

const [event] = anAlert().events;
if (!event) throw new Error('the factory changed');
const FULL = anAlert({ pictures: alertPictures(), events: new Array(20).fill(event) });

describe.skipIf(!hasChromium('the page of an alert in a browser'))('the page of an alert in a browser', () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      it(`is readable to everybody at ${width} px, ${scheme}`, async () => {
        const { page, complaints, requests } = await browser.open(renderAlertPage(FULL), width, scheme);

        expect(await accessibilityViolations(page)).toEqual([]);
        expect(await page.locator('h1').innerText()).toBe('e-00042 in China read 70 US users in 27 minutes');
        expect(await page.getByRole('img').count()).toBe(2);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(complaints).toEqual([]);
        expect(requests()).toEqual([]);
        expect((await page.screenshot({ fullPage: true })).length).toBeGreaterThan(10_000);
      });
    }

    it(`shows hostile names as text at ${width} px, even without its policy`, async () => {
      const { page, complaints, requests } = await browser.open(renderAlertPage(hostileAlert()), width, 'light', true);

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
    const { page } = await browser.open(renderAlertPage(FULL), 1280, 'light');

    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');

    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });
});
