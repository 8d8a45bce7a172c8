import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from '../../reconciliation/report';
import { loadParties } from '../../reconciliation/statement-parties';
import { statementHtml } from '../../reconciliation/statement';
import { localDayStart } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { seedDifferences } from '../../sandbox/seeded-differences';
import { barriers } from '../support/axe';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';
import { DAY, discountAt, internalPurchase, reconciled, settlementLinesOf } from './synthetic-day';
import { vnd } from '../../domain/vnd';

const PICTURE = path.resolve(__dirname, '../../docs/pictures/reconciliation-statement.png');
const SALES = 120;

jest.setTimeout(60_000);

/** A4 at 96 dots an inch. */
const PAGE = { viewport: { width: 794, height: 1123 }, deviceScaleFactor: 1 };

/** A day whose file was spoilt on purpose, from morning to night, as a printed statement shows it. */
async function spoiltDay(): Promise<Report> {
  const sales = Array.from({ length: SALES }, (_, at) => {
    const acceptedAt = localDayStart(DAY) + (7 + 15 * (at / SALES) ** 0.8) * 3_600_000;
    const small = at % 3 === 0;
    const cheap = {
      package: packageCode('D10'),
      faceValue: vnd(10_000),
      discount: discountAt(550, vnd(10_000)),
    };
    const state = at % 11 === 7 ? 'rolled_back' : 'succeeded';
    const paymentForm = at % 4 === 1 ? 'prepaid' : 'postpaid';
    return internalPurchase(`order-${at}`, {
      acceptedAt,
      closedAt: acceptedAt + 1000,
      state,
      paymentForm,
      ...(small ? cheap : {}),
    });
  });
  const kinds = ['missing_there', 'amount_differs', 'discount_differs', 'duplicate_in_file'] as const;
  const spoilt = seedDifferences(sales.flatMap(settlementLinesOf), kinds, 7);
  return reconciled(sales, { day: spoilt.day });
}

describeInChromium('the statement of a day that was spoilt on purpose, in a browser', () => {
  it.each(['vi', 'en'] as const)(
    'fits the width of a sheet of A4, and asks nobody for anything (%s)',
    async (language) => {
      const report = await spoiltDay();
      expect(report.breaks).toHaveLength(4);
      const browser = await launchChromium();
      try {
        const page = await newPage(browser, PAGE);
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        const parties = loadParties('reconciliation/parties-example.json');
        const paper = { parties, opening: 1_250_000, paid: 1_000_000 };
        await page.setContent(statementHtml(report, language, 'a key of the agent’s accounts', paper));
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(overflow).toBe(0);
        expect(await barriers(page)).toEqual([]);
        expect(asked).toEqual([]);
        const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
        const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? [];
        expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]); // A4 in points
        const annexBegins = await page.evaluate<string>(
          "getComputedStyle(document.querySelector('.annex')).breakBefore",
        );
        expect(annexBegins).toBe('page');
        const displays = await page.evaluate<string[]>(
          "[...document.querySelectorAll('.breaks > *')].map((part) => getComputedStyle(part).display)",
        );
        expect(displays).toEqual(['table-header-group', 'table-row-group']); // the head is on each sheet, the sum once
        if (process.env['WRITE_DOCUMENTS'] && language === 'vi') {
          await writeFile(PICTURE, await page.screenshot({ fullPage: true }));
        }
      } finally {
        await browser.close();
      }
    },
  );
});
