import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core has against the page as it is now, by rule. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // by the protocol, which no policy of the page refuses
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run(document)',
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** By how many pixels the page is wider than a phone; 320 is the smallest. */
export async function tooWide(page: Page, width = 320): Promise<number> {
  const size = page.viewportSize();
  await page.setViewportSize({ width, height: 640 });
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  if (size) await page.setViewportSize(size);
  return Math.max(0, wide);
}
