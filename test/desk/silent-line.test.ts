import type { Browser, Page } from 'playwright-core';
import { OneTimeLink } from '../../desk/access/one-time-link';
import { BadLine } from '../chaos/bad-line';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';
import { startDeskLab, type DeskLab } from './desk-lab';

jest.setTimeout(240_000);

describeInChromium('an operator at the desk whose line falls silent', () => {
  let lab: DeskLab;
  let line: BadLine;
  let browser: Browser;
  let page: Page;
  let link: OneTimeLink;

  beforeAll(async () => {
    lab = await startDeskLab((url) => ({
      kind: 'link',
      link: (link = new OneTimeLink(url, () => undefined)),
    }));
    line = await BadLine.start(Number(new URL(lab.url).port));
    browser = await launchChromium();
    page = await newPage(browser, { locale: 'en-GB' });
  });
  afterAll(async () => {
    await browser?.close();
    await line?.stop();
    await lab?.stop();
  });

  it('reads that what is shown may be old, although nobody closed the connection, and nothing of it once it is back', async () => {
    const mine = new URL(link.url);
    mine.port = String(line.port);
    await page.goto(mine.href);
    await page.getByRole('textbox').fill('Lan');
    const live = page.waitForResponse((response) => response.url().endsWith('/live'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await live;
    line.be({ kind: 'swallow' });
    const lost = page.getByText('The connection to the desk is lost.');
    await lost.waitFor();
    line.heal();
    await lost.waitFor({ state: 'detached' });
  });
});
