import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { barriers, tooWide } from '../support/axe';
import { describeInChromium, newPage } from '../support/chromium';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
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

const choose = (page: Page, file: string | Buffer) =>
  page.getByLabel('Tệp danh sách').setInputFiles({
    name: 'staff.csv',
    mimeType: 'text/csv',
    buffer: typeof file === 'string' ? Buffer.from(file) : file,
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
    await says(page, /list-8: Đã hủy đăng ký\. Tài khoản \(hoặc hạn mức cước\) của thuê bao không đủ/);
    const elsewhere = await newPage(browser, {});
    await elsewhere.goto(page.url());
    await says(elsewhere, /Danh sách được thanh toán ở máy khác/);
    expect(await elsewhere.locator('[data-result="refunded"]').count()).toBe(0); // nobody here knows what was paid
    await elsewhere.close();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Tải kết quả (CSV)' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^list-[a-z0-9]{24}\.csv$/);
    const results = await readFile(await file.path(), 'utf8');
    expect(results.startsWith('\uFEFFMã đơn;Số điện thoại;Gói;Kết quả;Lý do;Giá;Đã bán;Được hoàn\r\n')).toBe(
      true,
    );
    expect(results).toMatch(/list-0;8490\d*\*+\d*;D90;Thành công;;90000;90000;0\r\n/);
    expect(results).toMatch(/list-8;8490\d*\*+\d*;D90;Đã hủy đăng ký;[^;]+;90000;0;90000\r\n/);
    expect(results).not.toMatch(/84150|5850|rolled_back/); // neither the shop's discount nor its codes
    await page.reload(); // its address is that of the list
    await says(page, 'Đã xong.');
    await page.getByRole('button', { name: 'English' }).click();
    await says(page, 'Done.');
    await says(page, /list-8: Registration undone\. The subscriber’s balance/);
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

  it('finds its lists again in the same browser, and is warned before the same file is paid twice', async () => {
    const page = await open();
    const file = FILE.replaceAll('list-', 'again-');
    await choose(page, file);
    await page.getByRole('button', { name: /^Thanh toán/ }).click();
    await says(page, 'Đã xong.');
    const id = await page.locator('[data-result="list"]').textContent();
    expect(id).toMatch(/^list-[a-z0-9]{24}$/);
    await says(page, /được hoàn 90\.000\sđ: số tiền đã thanh toán trừ số tiền đã bán/);
    await page.getByRole('link', { name: 'Mua danh sách khác' }).click();
    const kept = page.getByRole('link', { name: /staff\.csv, 9 dòng – Đã xong/ });
    await kept.waitFor();
    expect(await kept.getAttribute('href')).toBe(`/list.html?list=${id}`);
    await choose(page, `${file}\n,,\n`.replaceAll('\n', '\r\n'));
    await says(page, /Tệp này đã được thanh toán lúc/);
    expect(await page.getByRole('button', { name: /^Vẫn thanh toán 810/ }).count()).toBe(1);
    expect(await barriers(page)).toEqual([]);
    await kept.click();
    await says(page, 'Đã xong.');
    await page.close();
  });

  it('is warned of order ids that were bought before, also in another file and another browser', async () => {
    await stack.api('POST', '/v1/purchases', { externalId: 'known-2', msisdn: '0900000001', package: 'D90' });
    const page = await open();
    await choose(
      page,
      'sep=;\r\nExternalId;package;msisdn\r\nnew-1;D90;0901234501\r\n"known-2";D90;0900000001\r\n',
    );
    await says(page, 'Tệp này có mã đơn đã dùng trước đó.');
    await page.close();
  });

  it('learns nothing of an order whose number it does not know', async () => {
    await stack.api('POST', '/v1/purchases', { externalId: 'known-3', msisdn: '0900000001', package: 'D90' });
    const page = await open();
    await choose(page, 'externalId,msisdn,package\r\nknown-3,0901234502,D90\r\n');
    await says(page, '1 dòng hợp lệ.');
    expect(await page.getByText('Tệp này có mã đơn đã dùng trước đó.').isVisible()).toBe(false);
    await page.close();
  });

  it.each([
    '{"a":1}',
    '[null, 7, {"listId":"x"}]',
    '[{"listId":"l","name":"n","digest":"d","rows":1,"at":"never"}]',
    '{',
  ])('may begin a list where its browser holds %s of another version', async (held) => {
    const page = await open();
    await page.evaluate(`localStorage.setItem('datacode-lists', ${JSON.stringify(held)})`);
    await page.reload();
    await choose(page, FILE);
    await says(page, '9 dòng hợp lệ.');
    await page.close();
  });

  it.each(['?list=', '?list=unknown', `?list=list-${'0'.repeat(24)}`])(
    'is told that there is no list %s, and may begin one',
    async (query) => {
      const page = await newPage(browser, {});
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      await page.goto(`${stack.storefrontUrl}/list.html${query}`);
      await says(page, 'Không tìm thấy danh sách này.');
      expect(await page.locator('#progress').isVisible()).toBe(false);
      await choose(page, FILE);
      await says(page, '9 dòng hợp lệ.');
      expect(asked.filter((url) => /\/api\/lists\/list-/.test(url)).length).toBeLessThanOrEqual(1);
      await page.close();
    },
  );

  it('sees every error by its line in the language of the moment, and buys nothing', async () => {
    const page = await open();
    await choose(
      page,
      [
        'externalId;msisdn;package;allowDuplicate',
        ';;;',
        'a;90123;D90;',
        'a;0901234567;NONE;',
        'b;9,01E+08;D90;yes',
        'c;0901234568;D90;',
        'd;0901234568;D90;',
      ].join('\r\n'),
    );
    await says(page, 'Có 6 lỗi trong 5 dòng.');
    await says(page, 'Dòng 3, cột msisdn: số quá ngắn hoặc quá dài.');
    await says(page, 'Dòng 4, cột externalId: trùng mã đơn với dòng 3.');
    await says(page, 'Dòng 4, cột package: không có gói này.');
    await says(page, /^Dòng 5, cột msisdn: Excel đã rút gọn số này .* văn bản/);
    await says(page, 'Dòng 5, cột allowDuplicate: ghi true, false, 1 hoặc 0');
    await says(page, 'Dòng 7, cột msisdn: trùng số và gói với dòng 6.');
    await page.getByRole('button', { name: 'English' }).click();
    await says(page, 'Line 4, column externalId: line 3 has the same order id.');
    const text = await page.locator('main').innerText();
    expect(text).not.toMatch(/Dòng|\/orders|\/v1\/|"allowDuplicate"/);
    expect(await page.getByRole('button', { name: /Pay/ }).count()).toBe(0);
    expect(text).not.toContain('refunded');
    await page.close();
  });

  it('is told that only the first hundred errors are shown', async () => {
    const page = await open();
    await choose(page, `externalId,msisdn,package\n${'x,1,NONE\n'.repeat(100)}`);
    await says(page, /Dưới đây là 100 lỗi đầu tiên/);
    await page.close();
  });

  const EXCEL = Buffer.from('PK\u0003\u0004', 'latin1');
  it.each([
    ['an empty file', Buffer.from(''), 'Tệp rỗng.'],
    ['blank rows', Buffer.from(';;\r\n'), 'Tệp rỗng.'],
    ['a workbook', EXCEL, 'Đây là tệp Excel'],
    ['another encoding', Buffer.from('Ti\u00eau,b\n', 'latin1'), 'Tệp CSV không dùng mã UTF-8.'],
    [
      'columns of its own',
      Buffer.from('Họ tên;Số điện thoại\nAn;0901234567\n'),
      'Tệp này có: Họ tên, Số điện thoại.',
    ],
    ['a column too many', Buffer.from('externalId,msisdn,package,note\n'), 'không biết cột note.'],
    [
      'an open quotation mark',
      Buffer.from('externalId,msisdn,package\n"a","b","c"\n"a,b\nd,e,f\n'),
      'dấu ngoặc kép ở dòng 3 không được đóng',
    ],
    ['a column twice', Buffer.from('externalId,msisdn,package,Package\na,b,c,d\n'), 'có cột Package hai lần'],
    [
      'a line too long',
      Buffer.from(`externalId,msisdn,package\na,${'0'.repeat(3_000)},c\n`),
      'dòng 2 quá dài',
    ],
    ['more than 2 MB', Buffer.alloc(2_200_000, 'x'), 'Tệp lớn hơn 2 MB.'],
    ['a header row only', Buffer.from('externalId,msisdn,package\n'), 'Tệp chỉ có dòng tên cột'],
  ])('is told what is the matter with %s, and may choose again', async (_, bytes, sentence) => {
    const page = await open();
    await choose(page, bytes);
    await says(page, sentence);
    await choose(page, FILE); // under the same name
    await says(page, '9 dòng hợp lệ.');
    await page.close();
  });

  it('may begin with the template', async () => {
    const page = await open();
    await says(page, /Mỗi lần mua phải là mã mới/);
    await page.getByText('Mã gói và giá', { exact: true }).click();
    await says(page, /^D90: 90\.000\sđ/);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Tải tệp mẫu (CSV)' }).click(),
    ]);
    await choose(page, await readFile(await file.path()));
    await says(page, '2 dòng hợp lệ.');
    await page.close();
  });

  it.each([
    [429, 'busy', /nhiều yêu cầu/],
    [503, 'no_answer', /Chưa nhận được phản hồi/],
    [413, 'payload_too_large', /lớn hơn 2 MB/],
    [415, 'unsupported_media_type', /chỉ nhận tệp CSV/],
    [409, 'batch_id_conflict', /Mã danh sách đã dùng/],
    [502, 'channel_disabled', /không nhận được danh sách này/],
  ])(
    'is told of a refusal %i for what it is, and pays under the same id again',
    async (status, code, words) => {
      const page = await open();
      await choose(page, FILE.replaceAll('list-', `refused-${status}-`));
      const pay = page.getByRole('button', { name: /Thanh toán/ });
      await pay.waitFor();
      const ids: string[] = [];
      await page.route(/\/api\/lists\/list-/, (route) => {
        ids.push(route.request().url());
        return route.fulfill({ status, json: { code } });
      });
      await pay.click();
      await says(page, words);
      await pay.click();
      await eventually('the second request', () => (ids.length > 1 ? true : undefined));
      expect(ids[1]).toBe(ids[0]);
      await page.close();
    },
  );

  it('is told before the payment that sales are paused, and cannot pay', async () => {
    const page = await newPage(browser, {});
    await page.route('**/api/status', (route) =>
      route.fulfill({ json: { sales: 'paused', mobifone: 'available' } }),
    );
    await page.goto(`${stack.storefrontUrl}/list.html`);
    await says(page, /Cửa hàng đang tạm ngừng bán/);
    await choose(page, FILE);
    await says(page, 'Hiện chưa thanh toán được.');
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(request.url()));
    await page.locator('#buy').click({ force: true }); // as a person can
    expect(asked.filter((url) => url.includes('/api/lists/list-'))).toEqual([]);
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
