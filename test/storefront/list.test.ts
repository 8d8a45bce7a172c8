import type { Browser, Page } from 'playwright-core';
import { barriers, tooWide } from '../support/axe';
import { describeInChromium, newPage } from '../support/chromium';
import type { EmbeddedStack } from '../support/embedded-stack';
import { says } from './customer';
import { withShop } from './with-shop';

jest.setTimeout(300_000);

const FILE = [
  'externalId,msisdn,package',
  ...Array.from({ length: 8 }, (_, at) => `list-${at},09012345${10 + at},D90`),
  'list-8,0900000402,D90',
].join('\n');

let stack: EmbeddedStack;
let browser: Browser;

async function open(): Promise<Page> {
  const page = await newPage(browser, { viewport: { width: 1180, height: 820 } });
  await page.goto(`${stack.storefrontUrl}/`);
  await page.getByRole('link', { name: 'Mua cho danh sách số' }).click();
  return page;
}

const choose = (page: Page, text: string) =>
  page.getByLabel('Tệp danh sách').setInputFiles({
    name: 'staff.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });

describeInChromium('a firm that buys for a list in the demo shop', () => {
  withShop((shop) => ({ stack, browser } = shop));

  it('sees the price, pays, follows the rows, and takes the results with it', async () => {
    const page = await open();
    await choose(page, FILE);
    await says(page, '9 dòng hợp lệ. Tổng giá: 810.000 đ.');
    await page.getByRole('button', { name: 'Thanh toán 810.000 đ' }).click();
    await says(page, 'Đã xong.');
    expect(await page.locator('[data-result="succeeded"]').textContent()).toBe('8');
    expect(await page.locator('[data-result="refunded"]').textContent()).toMatch(/^90\.000\sđ$/);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Tải kết quả (CSV)' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^list-[a-z0-9]{24}\.csv$/);
    await page.reload(); // its address is that of the list
    await says(page, 'Đã xong.');
    await page.getByRole('button', { name: 'English' }).click();
    await says(page, 'Done.');
    expect(await barriers(page)).toEqual([]);
    await page.close();
  });

  it('is heard also where the file is chosen before the page’s script has come', async () => {
    const page = await newPage(browser, {});
    let goOn = (): void => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    await page.route('**/list-page.js', async (route) => {
      await slow;
      return route.continue();
    });
    await page.goto(`${stack.storefrontUrl}/list.html`, { waitUntil: 'commit' });
    await choose(page, FILE);
    goOn();
    await says(page, /9 dòng hợp lệ\. Tổng giá: 810\.000/);
    await page.close();
  });

  it('sees every error by its line, and buys nothing', async () => {
    const page = await open();
    await choose(page, 'externalId,msisdn,package\na,12,D90\na,0901234567,NONE\n');
    await says(page, 'Có 3 lỗi trong 2 dòng.');
    await says(page, /^Dòng 2, cột msisdn: /);
    await says(page, /^Dòng 3, cột package: /);
    expect(await page.getByRole('button', { name: /Thanh toán/ }).count()).toBe(0);
    await choose(page, 'no header');
    await says(page, 'Không đọc được tệp.');
    await page.close();
  });

  it('may use a phone', async () => {
    const page = await newPage(browser, { viewport: { width: 375, height: 740 } });
    await page.goto(`${stack.storefrontUrl}/list.html`);
    await choose(page, FILE);
    await says(page, '9 dòng hợp lệ.');
    expect(await tooWide(page)).toBe(0);
    await page.close();
  });
});
