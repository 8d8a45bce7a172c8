import type { Browser, Page } from 'playwright-core';
import { startServer, type ApiServer } from '../../api/http/server';
import { KEYS, Shop } from '../api/shop';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';

const shop = new Shop();
let server: ApiServer;
let browser: Browser;

/** What went wrong on a page: words on the console, failed requests, answers that are errors, other hosts. */
async function opened(path: string): Promise<{ page: Page; faults: string[] }> {
  const page = await newPage(browser);
  const own = `http://127.0.0.1:${server.port}`;
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') faults.push(message.text());
  });
  page.on('pageerror', (fault) => faults.push(fault.message));
  page.on('requestfailed', (request) => faults.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    if (
      response.status() >= 400 ||
      (!/^(?:data:|blob:)/.test(response.url()) && !response.url().startsWith(own))
    ) {
      faults.push(`${response.status()} ${response.url()}`);
    }
  });
  await page.goto(`${own}${path}`, { waitUntil: 'networkidle' });
  return { page, faults };
}

/** Opens an operation on the page and sends its example. @returns what the page shows of the answer */
async function triedOut(page: Page, operation: string): Promise<string> {
  const block = page.locator(`[id$="-${operation}"].opblock`);
  await block.locator('.opblock-summary-control').click();
  await block.locator('.execute').click();
  return (await block.locator('.live-responses-table .response').textContent()) ?? '';
}

describeInChromium('the documentation page in a browser', () => {
  beforeAll(async () => {
    server = await startServer(shop.app, '127.0.0.1', 0);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('shows the API with nothing missing, refused by its own policy, or fetched from elsewhere', async () => {
    const { page, faults } = await opened('/docs/try');
    await page.locator('.opblock').first().waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('tries the sandbox with a channel’s key: lists packages and buys one', async () => {
    const { page, faults } = await opened('/docs/try');
    await page.locator('button.authorize').first().click();
    await page.locator('.auth-container input').first().fill(KEYS.shop);
    await page.locator('.auth-btn-wrapper button.authorize').click();
    await page.locator('.auth-btn-wrapper .btn-done').click();

    expect(await triedOut(page, 'listPackages')).toContain('"D90"');
    expect(await triedOut(page, 'submitPurchase')).toMatch(/^201[^]*"8490\*\*\*\*567"/);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says where a key is, and leads to the problems, the pages for developers, the change log and the policy', async () => {
    const { page, faults } = await opened('/docs/try');
    const introduction = page.locator('.info .description');
    expect(await introduction.textContent()).toContain('npm start prints a key');
    const links = await introduction
      .locator('a')
      .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? ''));
    expect(links).toEqual([
      '/problems',
      '/docs/try',
      '/docs/testing.md',
      '/docs/quick-start.md',
      '/docs/batches.md',
      '/docs/webhooks.md',
      '/docs/statements.md',
      '/docs/api-security.md',
      '/docs/changelog.md',
      '/docs/deprecation-policy.md',
    ]);
    for (const link of links) {
      await page.goto(`http://127.0.0.1:${server.port}${link}`, { waitUntil: 'networkidle' });
      expect((await page.locator('body').innerText()).length).toBeGreaterThan(500); // shown, not downloaded
    }
    expect(faults).toEqual([]);
    await page.close();
  });
});
