import { request } from 'node:http';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { EmbeddedStack } from '../support/embedded-stack';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';

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

async function buy(page: Page, number: string): Promise<void> {
  await page.getByLabel('Số điện thoại MobiFone').fill(number);
  await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /Thanh toán/ }).click();
}

async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
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
  beforeAll(async () => {
    stack = await EmbeddedStack.start();
    await stack.startPart('storefront');
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });
  beforeEach(() => void (complaints = []));
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    expect(complaints).toEqual([]);
  });

  it('is no shop of a page that leads a name of its own there', async () => {
    const { hostname, port } = new URL(stack.storefrontUrl);
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ hostname, port, method: 'POST', path: '/api/orders', headers: { host } });
        asked
          .on('error', reject)
          .on('response', (response) => resolve(response.resume().statusCode))
          .end();
      });
    expect(await statusFor(`evil.example:${port}`)).toBe(403);
    expect(await statusFor(`127.0.0.1:${port}`)).not.toBe(403);
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
      await says(page, 'Đã hoàn 90.000 đ');
      await page.locator('[data-step=rollback][data-status=done]').waitFor();
      await page.locator('[data-step=refund_notice][data-status=done]').waitFor();
      expect(await stepsOf(page)).toMatchObject({ register: 'done', charge: 'refused', rollback: 'done' });
      await picture(page, 'storefront-refund');
      await page.getByRole('button', { name: 'English' }).click();
      await says(page, '90,000 đ refunded');
      await says(page, /balance or credit limit does not cover/);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    });
  });

  describe('a number that MobiFone does not know', () => {
    it('is rejected, with an SMS from 999 and a refund', async () => {
      const page = await open();
      await buy(page, '0900000101');
      await says(page, /Số thuê bao không thuộc mạng MobiFone/);
      await says(page, 'Đã hoàn 90.000 đ');
      await page.locator('.message').first().waitFor();
    });
  });

  describe('a number that is none', () => {
    it('is explained at its field, and nothing is ordered', async () => {
      const page = await open();
      await buy(page, '12<img src=x onerror=alert(1)>');
      await page.locator('#msisdn[aria-invalid=true]').waitFor();
      expect((await page.locator('#msisdn-fault').textContent())?.length).toBeGreaterThan(10);
      expect(await page.evaluate('document.activeElement.id')).toBe('msisdn');
      expect(new URL(page.url()).pathname).toBe('/');
    });
  });

  describe('an address of an order that nobody made', () => {
    it('says so', async () => {
      const page = await open('/orders/shop-%3Cb%3E');
      await says(page, 'Không có đơn hàng này.');
    });
  });

  describe('a connection that drops in mid-stream', () => {
    it('is told, taken up by itself, and the order is seen to its end', async () => {
      const page = await open();
      await buy(page, '0900000601'); // three seconds a step
      await page.locator('[data-step=check]').waitFor();
      await stack.killPart('storefront');
      await says(page, 'Mất kết nối. Đang nối lại…');
      await stack.startPart('storefront');
      await says(page, 'Đã nối lại.');
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
      await says(page, 'Mất kết nối. Đang nối lại…');
      await stack.startPart('api');
      await says(page, 'Đã nối lại.');
      await says(page, 'Đăng ký thành công!');
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
      await page.getByRole('button', { name: /Thanh toán/ }).tap();
      await says(page, 'Đăng ký thành công!');
      expect(await page.evaluate(overflow)).toBe(0);
      await page.locator('.message').nth(1).waitFor();
      await page.locator('[data-step=success_message][data-status=done]').waitFor();
      await picture(page, 'storefront-phone');
    });
  });
});
