import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { BadLine } from '../chaos/bad-line';
import { barriers, tooWide } from '../support/axe';
import { describeInChromium, newPage } from '../support/chromium';
import type { EmbeddedStack } from '../support/embedded-stack';
import { buy, choose, ordersOf, payButton, purchasesFor, says } from './customer';
import { withShop } from './with-shop';

jest.setTimeout(240_000);

const SLOW_SALE = '0900000601';
const RESETTABLE = '0900000021';
const TRICKLING = '0900000022';
const SEEN = '0900000023';
const CHARGE_FAILS = '0900000402';

/** The sum of the page's layout shifts so far. */
const LAYOUT_SHIFT = `new Promise((tell) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)))
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(sum))));
})`;

let stack: EmbeddedStack;
let browser: Browser;
let page: Page;

describeInChromium('the demo shop under hard conditions, in a real browser', () => {
  withShop((shop) => ({ stack, browser } = shop));
  afterEach(() => page?.close());

  describe('a customer whose line to the shop is bad', () => {
    let line: BadLine;
    beforeEach(async () => {
      line = await BadLine.start(Number(new URL(stack.storefrontUrl).port));
      page = await newPage(browser, { viewport: { width: 360, height: 740 } });
    });
    afterEach(() => line.stop());

    const open = () => page.goto(`http://127.0.0.1:${line.port}/`);

    it('is told when it falls silent, and sees the order to its end once it speaks again', async () => {
      await open();
      await buy(page, SLOW_SALE);
      await page.locator('[data-step=check]').waitFor();
      await stack.killPart('worker'); // so that nothing ends the stream but the page itself
      line.be({ kind: 'swallow' });
      await says(page, 'Mất kết nối. Đang kết nối lại…');
      line.heal();
      await stack.startPart('worker');
      await says(page, 'Đăng ký thành công!');
      expect(await purchasesFor(stack, SLOW_SALE)).toBe(1);
    });

    it('is told that nothing is paid twice where it breaks while the order is sent, and buys once', async () => {
      await open();
      const orders = ordersOf(page);
      await choose(page, RESETTABLE);
      await payButton(page).waitFor();
      line.be({ kind: 'reset' });
      await payButton(page).click();
      await says(page, /không bị tính tiền hai lần/);
      line.heal();
      await payButton(page).click();
      await says(page, 'Đăng ký thành công!');
      expect(new Set(orders).size).toBe(1);
      expect(await purchasesFor(stack, RESETTABLE)).toBe(1);
    });

    it('buys once over ten kilobytes a second', async () => {
      line.be({ kind: 'trickle', bytesPerSecond: 10_000 });
      await open();
      const orders = ordersOf(page);
      await buy(page, TRICKLING);
      await says(page, 'Đăng ký thành công!');
      expect(orders).toHaveLength(1);
      expect(await purchasesFor(stack, TRICKLING)).toBe(1);
    });
  });

  describe('a customer who is about to tap while the packages come', () => {
    it.each([320, 375, 430, 1180])('finds everything where it was, %d pixels wide', async (width) => {
      page = await newPage(browser, { viewport: { width, height: Math.round(width * 1.9) } });
      await page.goto(stack.storefrontUrl);
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      expect(await page.evaluate<number>(LAYOUT_SHIFT)).toBeLessThan(0.1); // "good", by Core Web Vitals
    });
  });

  describe.each<[string, BrowserContextOptions]>([
    ['as it comes', {}],
    ['in the dark', { colorScheme: 'dark' }],
    ['in forced colours and without motion', { forcedColors: 'active', reducedMotion: 'reduce' }],
  ])('a customer who reads with help, %s', (_, options) => {
    /** A page whose animations hardly move, so that every one of them is judged while it runs. */
    async function openSlowly(): Promise<void> {
      page = await newPage(browser, { viewport: { width: 375, height: 740 }, ...options });
      const session = await page.context().newCDPSession(page);
      await session.send('Animation.enable');
      await session.send('Animation.setPlaybackRate', { playbackRate: 0.02 });
      await page.goto(stack.storefrontUrl);
    }

    /** Neither a barrier nor a sideways scroll, in either language. */
    async function isWhole(state: string): Promise<void> {
      for (const language of ['English', 'Tiếng Việt']) {
        await page.getByRole('button', { name: language }).click();
        expect({ state, language, barriers: await barriers(page), tooWide: await tooWide(page) }).toEqual({
          state,
          language,
          barriers: [],
          tooWide: 0,
        });
      }
    }

    it('meets no barrier in any state of the shop', async () => {
      await openSlowly();
      await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
      await isWhole('choosing');
      await page.getByLabel('Số điện thoại MobiFone').fill('12');
      await page.getByRole('button', { name: 'Tiếp tục' }).click();
      await isWhole('a number that is none');
      await choose(page, SEEN);
      await payButton(page).waitFor();
      await isWhole('confirming');
      await payButton(page).click();
      await says(page, /Đăng ký thành công!|Mua thêm lần nữa/);
      await isWhole('bought, or asked whether it is wanted twice');
      await page.context().setOffline(true);
      await says(page, 'Mất kết nối mạng. Đơn hàng đã đặt vẫn được xử lý.');
      await isWhole('offline');
      await page.context().setOffline(false);
      await page.goto(`${stack.storefrontUrl}/orders/shop-00000000000000000000000000`);
      await says(page, 'Không tìm thấy đơn hàng.');
      await isWhole('an order that nobody made');
    });

    it('meets none while an order fails and is refunded', async () => {
      await openSlowly();
      await choose(page, CHARGE_FAILS);
      await payButton(page).click();
      await says(page, /Quý khách sẽ được hoàn 90.000/);
      await isWhole('refunded');
    });
  });
});
