import type { Page } from 'playwright-core';
import type { EmbeddedStack } from '../support/embedded-stack';

/** What a customer of the demo shop does in a browser, in Vietnamese, and what came of it. */

export async function choose(page: Page, number: string): Promise<void> {
  await page.getByLabel('Số điện thoại MobiFone').fill(number);
  await page.getByRole('radio', { name: /D90/ }).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
}

export const payButton = (page: Page) => page.getByRole('button', { name: /Thanh toán|Mua thêm lần nữa/ });

export async function buy(page: Page, number: string): Promise<void> {
  await choose(page, number);
  await payButton(page).click();
}

/** The orders that reached the shop's server, and what became of them, by id. */
export function ordersOf(page: Page): string[] {
  const ids: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/api/orders')) return;
    ids.push((request.postDataJSON() as { orderId: string }).orderId);
  });
  return ids;
}

/** How many purchases the gateway has of this shop for the number. */
export async function purchasesFor(stack: EmbeddedStack, number: string): Promise<number> {
  const { body } = await stack.api('GET', '/v1/purchases?limit=100');
  const { purchases } = body as { purchases: { msisdn: string }[] };
  return purchases.filter(({ msisdn }) => msisdn === `84${number.slice(1, 3)}****${number.slice(-3)}`).length;
}

export async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}
