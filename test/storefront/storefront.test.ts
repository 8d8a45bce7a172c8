import { request } from 'node:http';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { describeInChromium, newPage } from '../support/chromium';
import { buy, choose, ordersOf, payButton, purchasesFor, says } from './customer';
import { withShop } from './with-shop';

jest.setTimeout(180_000);

const PHONE_SIZE = { width: 375, height: 740 };

let stack: EmbeddedStack;
let browser: Browser;
const pages: Page[] = [];
/** What the browser complained of: a broken script, or one that the content security policy refused. */
let complaints: string[];

async function open(address = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(browser, { viewport: { width: 1180, height: 820 }, ...options });
  page.on('pageerror', (fault) => complaints.push(fault.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  pages.push(page);
  await page.goto(`${stack.storefrontUrl}${address}`);
  return page;
}

async function stepsOf(page: Page): Promise<Record<string, string | undefined>> {
  const steps = await page.locator('.step').all();
  const read = steps.map(async (step) => [
    (await step.getAttribute('data-step')) ?? '',
    (await step.getAttribute('data-status')) ?? undefined,
  ]);
  return Object.fromEntries(await Promise.all(read)) as Record<string, string | undefined>; // as just read
}

/** The pictures of the README are taken when they are asked for: `npm run docs:pictures`. */
async function picture(page: Page, name: string): Promise<void> {
  if (!process.env['WRITE_DOCUMENTS']) return;
  await page.screenshot({
    path: path.resolve('docs/pictures', `${name}.png`),
    fullPage: true,
    animations: 'disabled',
  });
}

describeInChromium('the demo shop, in a real browser', () => {
  withShop((shop) => ({ stack, browser } = shop));
  beforeEach(() => void (complaints = []));
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    expect(complaints).toEqual([]);
  });

  it('is no shop of a page that leads a name of its own there', async () => {
    const { hostname, port } = new URL(stack.storefrontUrl);
    const statusFor = (host: string, others: Readonly<Record<string, string>> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { host, ...others };
        const asked = request({ hostname, port, method: 'POST', path: '/api/orders', headers });
        asked
          .on('error', reject)
          .on('response', (response) => resolve(response.resume().statusCode))
          .end();
      });
    expect(await statusFor(`evil.example:${port}`)).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`)).not.toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`, { origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`, { 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`, { origin: `http://127.0.0.1:${port}` })).not.toBe(403);
  });

  describe('a customer whose purchase succeeds', () => {
    it('sees each step done, and both messages on the subscriber’s phone', async () => {
      const page = await open();
      await buy(page, '0900000001');
      await says(page, 'Đăng ký thành công!');
      await page.locator('.message').nth(1).waitFor();
      await page.locator('[data-step=success_message][data-status=done]').waitFor();
      expect(await stepsOf(page)).toMatchObject({
        paid: 'done',
        check: 'done',
        register: 'done',
        charge: 'done',
      });
      expect(await page.locator('.message').allTextContents()).toEqual([
        expect.stringContaining('D90'),
        expect.stringContaining('D90'),
      ]);
      expect(await page.locator('#refund').textContent()).toBe('');
      await picture(page, 'storefront-success');
    });

    it('finds the order again at its address, even when the shop forgot everything', async () => {
      const page = await open();
      await buy(page, '0900000001');
      await says(page, 'Đăng ký thành công!');
      await stack.stopPart('storefront');
      await stack.startPart('storefront');
      await page.reload();
      await says(page, 'Đăng ký thành công!');
      await page.locator('.message').nth(1).waitFor();
    });

    it('never learns the shop’s key, nor the whole number of somebody else’s phone', async () => {
      const page = await open();
      const heard: Promise<string>[] = [];
      page.on('response', (response) => heard.push(response.text().catch(() => '')));
      await buy(page, '0900000001');
      await says(page, 'Đăng ký thành công!');
      const address = page.url().replace('/orders/', '/api/orders/');
      const order = await (await fetch(address)).text();
      const all = [...(await Promise.all(heard.slice(0, 20))), order].join('\n');
      expect(order).toContain('8490****001');
      expect(all).not.toContain(stack.key());
      expect(all).not.toContain('84900000001');
    });
  });

  describe('a customer whose charge fails', () => {
    it('sees the registration undone and is refunded what was paid, in either language', async () => {
      const page = await open();
      await buy(page, '0900000402');
      await says(page, 'Quý khách sẽ được hoàn 90.000 đ');
      await page.locator('[data-step=rollback][data-status=done]').waitFor();
      await page.locator('[data-step=refund_notice][data-status=done]').waitFor();
      expect(await stepsOf(page)).toMatchObject({ register: 'done', charge: 'refused', rollback: 'done' });
      await picture(page, 'storefront-refund');
      await page.getByRole('button', { name: 'English' }).click();
      await says(page, 'You will be refunded 90,000 đ');
      await says(page, /balance or credit limit does not cover/);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    });
  });

  describe('a customer whose order has failed while its registration cannot be undone yet', () => {
    it('is told so, that nothing was charged, and of the refund, before it is undone', async () => {
      const page = await open();
      await stack.order({
        call: 'rollback',
        match: { msisdn: '84900000403' },
        times: 'forever',
        fault: { kind: 'silence', effect: 'before' },
      });
      await buy(page, '0900000403');
      await says(page, /Đăng ký gói không thành công\. Đang hủy đăng ký.*Thuê bao không bị trừ cước/);
      expect(await page.locator('#order-status').getAttribute('data-tone')).toBe('bad');
      await says(page, /Quý khách sẽ được hoàn 90\.000/);
      expect(await page.getByRole('link', { name: 'Mua gói khác' }).isVisible()).toBe(false);
      await says(page, /Việc hủy đăng ký lâu hơn bình thường/);
    });
  });

  describe('a number that MobiFone does not know', () => {
    it('is told so before anything is paid', async () => {
      const page = await open();
      const orders = ordersOf(page);
      await choose(page, '0900000101');
      await says(page, /Số thuê bao không thuộc mạng MobiFone.*kiểm tra lại số.*chưa bị trừ tiền/);
      expect(await payButton(page).isVisible()).toBe(false);
      await page.getByRole('button', { name: 'English' }).click();
      await says(page, /not a MobiFone subscriber.*check the number.*not been charged/);
      expect(orders).toEqual([]);
    });
  });

  describe('a number that is none', () => {
    it('is explained at its field, and nothing is ordered', async () => {
      const page = await open();
      await choose(page, '12<img src=x onerror=alert(1)>');
      await page.locator('#msisdn[aria-invalid=true]').waitFor();
      expect((await page.locator('#msisdn-fault').textContent())?.length).toBeGreaterThan(10);
      expect(await page.locator('#form-fault').textContent()).toBe(''); // one mistake, one sentence
      expect(await page.evaluate('document.activeElement.id')).toBe('msisdn');
      expect(new URL(page.url()).pathname).toBe('/');
    });
  });

  describe('an address of an order that nobody made', () => {
    it('says so', async () => {
      const page = await open('/orders/shop-%3Cb%3E');
      await says(page, 'Không tìm thấy đơn hàng.');
    });
  });

  describe('a connection that drops in mid-stream', () => {
    it('is told, taken up by itself, and the order is seen to its end', async () => {
      const page = await open();
      await buy(page, '0900000601'); // three seconds a step
      await page.locator('[data-step=check]').waitFor();
      await stack.killPart('storefront');
      await says(page, 'Mất kết nối. Đang kết nối lại…');
      await stack.startPart('storefront');
      await says(page, 'Đã kết nối lại.');
      await says(page, 'Đăng ký thành công!');
      await page.locator('.message').nth(1).waitFor();
    });
  });

  describe('a gateway that dies while a customer watches', () => {
    it('is waited for, and the order is seen to its end', async () => {
      const page = await open();
      await buy(page, '0900000601');
      await page.locator('[data-step=check]').waitFor();
      await stack.killPart('api');
      await says(page, 'Mất kết nối. Đang kết nối lại…');
      await stack.startPart('api');
      await says(page, 'Đã kết nối lại.');
      await says(page, 'Đăng ký thành công!');
    });
  });

  describe('a customer with an impatient thumb', () => {
    it('buys once, though the next page is slow and Pay is tapped again and again', async () => {
      const page = await open();
      const orders = ordersOf(page);
      let goOn = (): void => undefined;
      const slow = new Promise<void>((resolve) => (goOn = resolve));
      await page.route(/\/orders\/shop-[a-z0-9]+$/, async (route) => {
        if (!route.request().isNavigationRequest()) return route.continue();
        await slow;
        return route.continue();
      });
      await choose(page, '0900000011');
      let taps = 0;
      page.on('console', (message) => message.text() === 'a tap' && (taps += 1));
      const thumb = "setInterval(() => (document.getElementById('pay').click(), console.log('a tap')), 20)";
      const accepted = page.waitForResponse((response) => response.url().endsWith('/api/orders'));
      await page.evaluate(thumb);
      await accepted;
      const tapsBefore = taps;
      await eventually('more taps while the next page is loaded', () => taps > tapsBefore + 10 || undefined);
      goOn();
      await says(page, 'Đăng ký thành công!');
      expect(orders).toHaveLength(1);
      expect(await purchasesFor(stack, '0900000011')).toBe(1);
    });

    it('is led to the order when the page is loaded again while it is sent', async () => {
      const page = await open();
      const orders = ordersOf(page);
      await page.route('**/api/orders', async (route) => {
        await route.fetch(); // the shop takes the order, and its answer is lost
        await route.abort();
      });
      await choose(page, '0900000012');
      await payButton(page).click();
      await says(page, /không bị tính tiền hai lần/);
      await page.reload();
      await says(page, 'Đăng ký thành công!');
      expect(orders).toHaveLength(1);
    });

    it('sends the same order again when the answer was lost, however the number is spelt then', async () => {
      const page = await open();
      const orders = ordersOf(page);
      await page.route('**/api/orders', (route) => route.abort(), { times: 1 }); // never reached the shop
      await choose(page, '0900000013');
      await payButton(page).click();
      await says(page, /không bị tính tiền hai lần/);
      await page.reload();
      await says(page, /Đơn hàng trước chưa được nhận/);
      await choose(page, '+84 900-000-013');
      await payButton(page).click();
      await says(page, 'Đăng ký thành công!');
      expect(orders).toHaveLength(2);
      expect(new Set(orders).size).toBe(1);
      expect(await purchasesFor(stack, '0900000013')).toBe(1);
    });

    it('is asked before the same package is bought for the same number again, and finds the order', async () => {
      const page = await open();
      await buy(page, '0900000014');
      await says(page, 'Đăng ký thành công!');
      await page.getByRole('link', { name: 'Mua gói khác' }).click();
      await page.locator('#recent-orders a').first().waitFor();
      expect(await page.locator('#recent-orders').textContent()).toContain('090****014');
      await choose(page, '0900000014');
      await says(page, /Số này vừa mua gói D90 lúc/);
      await page.getByRole('link', { name: 'Xem đơn hàng đó' }).click();
      await says(page, 'Đăng ký thành công!');
      expect(await purchasesFor(stack, '0900000014')).toBe(1);
    });
  });

  describe('the same package for the same number from two phones', () => {
    beforeAll(async () => {
      await stack.killPart('api');
      await stack.startPart('api', { DUPLICATE_WINDOW: '1h' });
    });
    afterAll(async () => {
      await stack.killPart('api');
      await stack.startPart('api');
    });

    it('is bought once; the second phone asks, and buys again when the customer pays again', async () => {
      const [one, other] = [await open(), await open()];
      await buy(one, '0900000015');
      await says(one, 'Đăng ký thành công!');
      await buy(other, '0900000015');
      await says(other, /Số này vừa mua gói này cách đây ít phút/);
      expect(await purchasesFor(stack, '0900000015')).toBe(1);
      await payButton(other).click();
      await says(other, 'Đăng ký thành công!');
      expect(await purchasesFor(stack, '0900000015')).toBe(2);
    });

    it('is bought twice by one phone without a further question, as that one was asked before it paid', async () => {
      const page = await open();
      await buy(page, '0900000016');
      await says(page, 'Đăng ký thành công!');
      await page.getByRole('link', { name: 'Mua gói khác' }).click();
      await choose(page, '0900000016');
      await says(page, /Số này vừa mua gói D90 lúc/);
      await payButton(page).click();
      await says(page, 'Đăng ký thành công!');
      expect(await purchasesFor(stack, '0900000016')).toBe(2);
    });
  });

  describe('a customer whose network fails', () => {
    it('is told within moments that the phone is offline, and that the order goes on', async () => {
      const page = await open();
      await buy(page, '0900000601');
      await page.locator('[data-step=check]').waitFor();
      await page.context().setOffline(true);
      await says(page, 'Mất kết nối mạng. Đơn hàng đã đặt vẫn được xử lý.');
      await page.context().setOffline(false);
      await says(page, 'Đăng ký thành công!');
    });

    it('reads that the connection is slow while the packages do not come', async () => {
      const page = await newPage(browser, {});
      pages.push(page);
      let goOn = (): void => undefined;
      const slow = new Promise<void>((resolve) => (goOn = resolve));
      await page.route('**/api/packages', async (route) => {
        await slow;
        return route.continue();
      });
      await page.goto(stack.storefrontUrl);
      await says(page, 'Kết nối chậm, vui lòng chờ…');
      expect(await page.getByRole('button', { name: 'Tiếp tục' }).isVisible()).toBe(true);
      goOn();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      expect(await page.locator('#package-fault').textContent()).toBe('');
    });
  });

  describe('a package whose sale is paused', () => {
    it('is not offered, and refused in a customer’s words while it is on the page', async () => {
      const page = await open();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      await page.route('**/api/checks', (route) =>
        route.fulfill({ status: 503, json: { code: 'sales_paused' } }),
      );
      await choose(page, '0900000001');
      await says(page, /Gói này tạm ngừng bán\..*chưa bị trừ tiền/);
      expect(await page.locator('main').textContent()).not.toMatch(/Retry-After|GET \/v1/);
    });
  });

  describe('a shop that cannot sell as usual', () => {
    it('says so in one sentence, true to what the gateway says, and nothing when all is well', async () => {
      const page = await open();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      const sentence = page.locator('#sales-state');
      expect(await sentence.textContent()).toBe('');
      for (const [status, words] of [
        [{ sales: 'open', mobifone: 'unavailable' }, /MobiFone đang gián đoạn.*được hoàn tiền/],
        [{ sales: 'paused', mobifone: 'unavailable' }, /đang tạm ngừng bán/],
        [{ sales: 'unavailable', mobifone: 'unknown' }, /không nhận đơn mới/],
      ] as const) {
        await page.route('**/api/status', (route) => route.fulfill({ json: status }));
        await page.reload();
        await says(page, words);
        const goOn = page.getByRole('button', { name: 'Tiếp tục' });
        expect(await goOn.getAttribute('aria-disabled')).toBe(String(status.sales !== 'open'));
      }
      await page.unroute('**/api/status');
      await page.reload();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      expect(await sentence.textContent()).toBe('');
    });

    it('gets its sentence from the gateway: a pause of all sales is shown, and gone after it', async () => {
      const page = await open();
      const why = ['--by', 'lan', '--why', 'MobiFone is out'];
      expect(await stack.runCommand('purchases', ['pause', 'all', ...why])).toMatchObject({ exitCode: 0 });
      const seen = (holds: (text: string) => boolean) =>
        eventually('the sentence', async () => {
          const [answer] = await Promise.all([page.waitForResponse('**/api/status'), page.reload()]);
          const { sales } = (await answer.json()) as { sales: string };
          return holds(sales) || undefined;
        });
      await seen((sales) => sales === 'paused');
      await says(page, /đang tạm ngừng bán/);
      await stack.runCommand('purchases', ['resume', 'all', ...why]);
      await seen((sales) => sales === 'open');
    });
  });

  describe('a customer who has no mouse', () => {
    it('chooses, fills in, pays and hears the outcome by keyboard alone', async () => {
      const page = await open();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      const press = (key: string) => page.keyboard.press(key);
      const focused = () =>
        page.evaluate<string>('document.activeElement.value || document.activeElement.id');
      while ((await focused()) !== 'D90') await press('Tab');
      await press('ArrowUp');
      expect(await focused()).toBe('D70');
      await press('Tab');
      expect(await focused()).toBe('msisdn');
      await page.keyboard.type('0900 000 001');
      await press('Enter');
      await payButton(page).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('confirm-title');
      await press('Tab');
      expect(await focused()).toBe('pay');
      await press('Enter');
      await says(page, 'Đăng ký thành công!');
      expect(await page.evaluate('document.activeElement.id')).toBe('order-title');
      await says(page, 'Đơn hàng gói D70');
    });
  });

  describe('a customer with a small phone', () => {
    it('sees everything without scrolling sideways, and can press it with a thumb', async () => {
      const page = await open('/', {
        viewport: PHONE_SIZE,
        isMobile: true,
        hasTouch: true,
        deviceScaleFactor: 2,
      });
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(overflow)).toBe(0);
      for (const button of await page.getByRole('button').all()) {
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(40);
      }
      await page.getByRole('button', { name: /0900000001/ }).tap();
      await page.getByRole('button', { name: 'Tiếp tục' }).tap();
      await payButton(page).tap();
      await says(page, 'Đăng ký thành công!');
      expect(await page.evaluate(overflow)).toBe(0);
      await page.locator('.message').nth(1).waitFor();
      await page.locator('[data-step=success_message][data-status=done]').waitFor();
      await picture(page, 'storefront-phone');
    });
  });
});
