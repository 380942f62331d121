import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReportPage } from '../../shared/report/report-page.ts';
import { weeklyReport } from '../../shared/report/weekly-report.ts';
import { HOSTILE_TEXT } from '../notification/hostile-alert.ts';
import { aWeek } from '../report/a-week.ts';
import { hasChromium } from './chromium.ts';
import { accessibilityViolations, SCHEMES, startBrowser, WIDTHS } from './opened-page.ts';

describe.skipIf(!hasChromium('the page of a weekly report in a browser'))(
  'the page of a weekly report in a browser',
  () => {
    let browser: Awaited<ReturnType<typeof startBrowser>>;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser.close());

    for (const width of WIDTHS) {
      for (const scheme of SCHEMES) {
        it(`is readable to everybody at ${width} px, ${scheme}`, async () => {
          const { page, complaints, requests } = await browser.open(
            renderReportPage(weeklyReport(aWeek())),
            width,
            scheme,
          );

          expect(await accessibilityViolations(page)).toEqual([]);
          expect(await page.locator('h2').allInnerTexts()).toContain('The alert budget');
          // Five countries, four teams, one signal, the budget.
          expect(await page.getByRole('img').count()).toBe(11);
          expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
          expect(complaints).toEqual([]);
          expect(requests()).toEqual([]);
          expect((await page.screenshot({ fullPage: true })).length).toBeGreaterThan(10_000);
        });
      }
    }

    it('shows hostile names as text, even without its policy', async () => {
      const personDays = [{ person: 'e-1', country: HOSTILE_TEXT, team: HOSTILE_TEXT, day: 20_782, reads: 3 }];
      const report = weeklyReport(aWeek({ personDays, notes: [HOSTILE_TEXT] }));

      const { page, complaints, requests } = await browser.open(renderReportPage(report), 390, 'light', true);

      expect(await page.title()).toMatch(/^Borderwatch: /);
      expect(await page.locator('script, img, a, iframe, form').count()).toBe(0);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      expect([...complaints, ...requests()]).toEqual([]);
    });
  },
);
