import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { EmbeddedStack } from '../support/embedded-stack';

/** The demo shop before a stack of its own, and a browser. */
export interface OpenShop {
  stack: EmbeddedStack;
  browser: Browser;
}

/** Opens the shop for the stories of a `describe`, and closes it after them. */
export function withShop(use: (shop: OpenShop) => void): void {
  let stack: EmbeddedStack | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    stack = await EmbeddedStack.start();
    await stack.startPart('storefront');
    browser = await launchChromium();
    use({ stack, browser });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });
}
