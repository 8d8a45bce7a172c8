import type { Browser, Page } from 'playwright-core';
import { startServer, type ApiServer } from '../../api/http/server';
import { overviewPage } from '../../sandbox/overview-page';
import { parseProfile } from '../../sandbox/profile';
import { Shop } from '../api/shop';
import { barriers, tooWide } from '../support/axe';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';

jest.setTimeout(120_000);

const MESSAGE = {
  at: '2026-11-24T03:05:00.000Z',
  kind: 'sms_sent',
  seq: 1,
  purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz',
  sender: '999',
  content: 'success',
  transactionId: 'pur_abcdefghijklmnopqrstuvwxyz.sms-success',
  msisdn: '84901234567',
  text: 'Quy khach da dang ky thanh cong Datacode D90.',
} as const;
const NOTICE = {
  at: '2026-11-24T03:05:01.000Z',
  kind: 'notice_received',
  seq: 2,
  purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz',
  channel: 'demo',
  noticeId: 'refund_pur_abcdefghijklmnopqrstuvwxyz',
  verified: true,
  body: JSON.stringify({ type: 'purchase.refund_due', timestamp: '2026-11-24T03:05:00.060Z' }),
} as const;

describeInChromium('a page beside the shop, read with a screen reader, on a phone, or in the dark', () => {
  let server: ApiServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startServer(new Shop().app, '127.0.0.1', 0);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(() => page?.close());

  describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
    beforeEach(async () => void (page = await newPage(browser, { colorScheme })));

    it.each(['/docs', '/problems', '/problems/rate_limited'])('has no barrier: %s', async (path) => {
      await page.goto(`http://127.0.0.1:${server.port}${path}`);
      expect(await barriers(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
    });
  });

  it('shows what is in an example when it is opened, without a script', async () => {
    page = await newPage(browser, { javaScriptEnabled: false });
    await page.goto(`http://127.0.0.1:${server.port}/docs`);
    const order = page.locator('article:has(#submitPurchase)');
    await order.locator('summary').first().click();
    expect(await order.locator('details pre').first().innerText()).toContain('"externalId": ');
    expect(await order.innerText()).toContain('POST /v1/purchases');
    expect(await order.getByRole('link', { name: 'possible_duplicate' }).getAttribute('href')).toBe(
      '/problems/possible_duplicate',
    );
  });

  it.each([
    ['with messages and notices', [MESSAGE], [NOTICE]],
    ['empty', [], []],
  ])('the sandbox has no barrier and stays as it is while it is read: %s', async (_, messages, notices) => {
    page = await newPage(browser);
    await page.setContent(overviewPage(parseProfile('by_contract'), messages, notices, false));
    expect(await barriers(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    await page.setContent(overviewPage(parseProfile('by_contract'), messages, notices, true));
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1); // only for whoever asked for it
  });
});
