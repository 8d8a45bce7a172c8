import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser's executable: CHROMIUM_PATH, or where systems put it; nothing when there is none. */
export const CHROMIUM = [process.env['CHROMIUM_PATH'], ...USUAL_PLACES].find(
  (place) => place !== undefined && existsSync(place),
);

/** `describe`, where there is a browser; else the reason why these stories are not told. */
export const describeInChromium: jest.Describe = CHROMIUM ? describe : describe.skip;
if (!CHROMIUM) {
  process.stderr.write(
    'No Chromium here: what only a browser can show is not tried. Install one, or set CHROMIUM_PATH.\n',
  );
}

/** A browser that speaks to nobody of itself. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** For a machine that is busy with something else; Playwright's own is a third of it. */
const PAGE_PATIENCE_MS = 90_000;

/** A page with a context of its own, closed with it. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PAGE_PATIENCE_MS);
  return page;
}
