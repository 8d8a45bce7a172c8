import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { barriers, tooWide } from '../support/axe';
import { describeInChromium, launchChromium } from '../support/chromium';
import { EmbeddedStack, type FaultOrder } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { Selling, until } from '../support/selling';

jest.setTimeout(900_000); // for a machine that is busy with something else

/** For a machine that is busy with something else. */
const PATIENCE_MS = 120_000;
const DESKTOP = { width: 1180, height: 900 };
const PHONE_WIDTH = 360;

let stack: EmbeddedStack;
let selling: Selling;
let browser: Browser;
let page: Page;
let deskUrl: string;
/** How many purchases were made. */
let sold = 10_000;
/** What the browser complained of: a broken script, or one that the content security policy refused. */
const complaints: string[] = [];
/** Every address that the desk was asked for. */
const addresses: string[] = [];

/** Starts the desk, and signs in by its link. */
async function signIn(name: string): Promise<void> {
  const { link } = await stack.startPart('desk');
  deskUrl = new URL(String(link)).origin;
  await page.goto(String(link));
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'What needs attention' }).waitFor();
}

/** Purchases of which MobiFone says nothing that anybody understands from one call on. */
async function stuckAt(call: 'check' | 'charge', ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const match = { purchaseId: stack.purchaseId(id) };
    for (const struck of [call, 'inquiry'] as const)
      await stack.order({ call: struck, match, times: 'forever', fault: { kind: 'wrong_schema' } });
    await selling.buy(id, `0901${String(sold).padStart(6, '0')}`);
    sold += 1; // a subscriber each: nobody has the package already
  }
}

/** A purchase whose charge is refused, and whose rollback MobiFone answers with what nobody understands. */
async function stuckAtRollback(id: string): Promise<void> {
  const match = { purchaseId: stack.purchaseId(id) };
  const strike = (call: 'charge' | 'rollback' | 'inquiry', fault: FaultOrder['fault']) =>
    stack.order({ call, match, times: 'forever', fault });
  await strike('charge', { kind: 'refuse', code: '3001' });
  await strike('rollback', { kind: 'wrong_schema' });
  await selling.buy(id, `0901${String(sold).padStart(6, '0')}`);
  sold += 1;
  await page.goto(deskUrl);
  await entry(id).waitFor();
  await strike('inquiry', { kind: 'wrong_schema' }); // from now on MobiFone says nothing that outranks a person
}

const entry = (id: string) => page.getByRole('link', { name: `purchase ${id}` });

/** From the queue to a purchase. */
async function open(id: string): Promise<void> {
  await page.goto(deskUrl);
  await entry(id).click();
  await page.locator('ul.acts').first().waitFor();
}

/** An act that is not what the desk advises. */
async function otherAct(name: string): Promise<void> {
  await page.getByText('Other acts', { exact: true }).click();
  await page.getByRole('link', { name }).click();
}

async function says(text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** Taken when they are asked for: `npm run docs:pictures`. */
async function picture(name: string): Promise<void> {
  if (!process.env['WRITE_DOCUMENTS']) return;
  await page.screenshot({ path: path.resolve('docs/pictures', `${name}.png`), animations: 'disabled' });
}

async function isWhole(name: string): Promise<void> {
  expect({ page: name, barriers: await barriers(page) }).toEqual({ page: name, barriers: [] });
  expect({ page: name, tooWide: await tooWide(page, PHONE_WIDTH) }).toEqual({ page: name, tooWide: 0 });
  await picture(name);
}

describeInChromium('an operator at the desk', () => {
  beforeAll(async () => {
    stack = await EmbeddedStack.start(
      // The sweep opens the case of what was terminated.
      withFixedValues({ retryInitialMs: 3_600_000, retryMaximumMs: 7_200_000, sweepEveryMs: 5_000 }),
    );
    selling = new Selling(stack);
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB' });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
    page.on('pageerror', (fault) => complaints.push(fault.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    page.on('request', (request) => addresses.push(request.url()));
    await signIn('lan@agent.example');
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });
  afterEach(() => expect(complaints).toEqual([]));

  it('sees without reloading what begins to need a person, the oldest first, with reason, step and amount', async () => {
    await says('Nothing waits for a person.');
    await stuckAt('charge', 'doubt-done');
    await entry('doubt-done').waitFor();
    await stuckAt('charge', 'doubt-not-done', 'doubt-retry', 'doubt-given-up');
    await entry('doubt-given-up').waitFor();
    await until(
      () => page.title(),
      (title) => title.startsWith('(4) '),
    );
    const rows = await page.locator('tbody tr').allInnerTexts();
    expect(rows[0]).toMatch(
      /doubt-done[^]*breaks the contract[^]*\(5\.1\)[^]*90,000 VND[^]*min[^]*demo[^]*D90/,
    );
    await page.getByRole('link', { name: /breaks the contract/ }).click();
    expect(await page.locator('tbody tr').count()).toBe(4);
    await isWhole('desk-queue');
  });

  it('states that a charge was made only with a second confirmation, where MobiFone does not say it', async () => {
    await open('doubt-done');
    await says('The package is registered; it is not known whether 90,000 VND was charged.');
    await says(`${stack.purchaseId('doubt-done')}.charge`); // what MobiFone is asked about by phone
    await isWhole('desk-purchase');
    await page.getByRole('button', { name: 'Ask MobiFone now' }).click();
    await says(/^Asked at .*: no usable answer\.$/);
    expect(await page.locator('#notice.done').count()).toBe(0);
    await page.getByRole('link', { name: 'The charge was made' }).click();
    await says('This rests on your word alone');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Enter the reference under which MobiFone has confirmed it.');
    await page.getByLabel('MobiFone’s case number').fill('case 4711');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Tick only if MobiFone has confirmed it under this number; otherwise do nothing.');
    expect(await page.getByLabel('Why').inputValue()).toBe(''); // nothing was put into anybody's mouth
    await isWhole('desk-act');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: stated “The charge was made”.');
    expect((await selling.outcomeOf('doubt-done'))['outcome']).toBe('succeeded');
    await says('stated “The charge was made” by lan@agent.example: confirmed by MobiFone [case 4711]');
    await page.getByRole('link', { name: /^Next in the queue: purchase doubt-/ }).waitFor();
    await page.reload();
    expect(await page.getByText('Done: ').count()).toBe(0);
  });

  it('does the same for a charge that was not made, and gives a sale up without it', async () => {
    await open('doubt-not-done');
    await page.getByRole('link', { name: 'No charge was made' }).click();
    await page.getByLabel('MobiFone’s case number').fill('case 4712');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: stated “No charge was made”.');

    await open('doubt-given-up');
    await otherAct('Give the sale up');
    expect(await page.getByRole('checkbox').count()).toBe(0);
    await page.getByLabel('Why').fill('the customer wants the money back');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: Give the sale up.');
    await says(/Give the sale up by lan@agent.example: the customer wants the money back/);
  });

  it('asks again by the keyboard alone, and the purchase goes on by itself', async () => {
    await open('doubt-retry');
    await stack.liftFaults();
    await page.locator('#other-acts summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('#act-retry').focus();
    await page.keyboard.press('Enter');
    await says('(5.1) Charge the subscriber at MobiFone: done, as MobiFone answered when it was asked.');
    await says('The purchase is now: succeeded.');
    expect((await selling.outcomeOf('doubt-retry'))['outcome']).toBe('succeeded');
    await page.locator('.state[data-state=succeeded]').waitFor(); // the page follows without a reload
    await says('Nothing can be done to it now.');
  });

  it('cancels before the charge, and closes a rollback that was done by hand', async () => {
    await stuckAt('check', 'to-cancel');
    await open('to-cancel');
    await page.getByRole('link', { name: 'Cancel the sale' }).click();
    await page.getByLabel('Why').fill('the customer asked for it');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: Cancel the sale.');
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('to-cancel')}/acts/cancel`);
    await says(/^Already done: Cancel the sale, lan@agent\.example /);

    await stuckAtRollback('by-hand');
    await open('by-hand');
    await page.getByRole('link', { name: 'The rollback was done' }).click();
    await page.getByLabel('MobiFone’s case number').fill('case 4713');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: stated “The rollback was done”.');
    expect((await selling.outcomeOf('by-hand'))['outcome']).toBe('rolled_back');
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('by-hand')}`);
    await says('Refund notice: delivered');
    await says('HTTP 204');
  });

  it('cannot state what MobiFone denies: the page says so, and has nothing to press', async () => {
    const match = { purchaseId: stack.purchaseId('denied') };
    await stack.order({ call: 'charge', match, times: 'forever', fault: { kind: 'refuse', code: '3001' } });
    await stack.order({ call: 'rollback', match, times: 'forever', fault: { kind: 'refuse', code: '1002' } });
    await selling.buy('denied', `0901${String(sold).padStart(6, '0')}`);
    sold += 1;
    await page.goto(deskUrl);
    await entry('denied').waitFor();
    await open('denied');
    await says(/barred|suspended/); // the reason of the refused rollback, in words
    await otherAct('The rollback was done');
    await says('MobiFone states the opposite');
    expect(await page.getByRole('button', { name: /^Do it/ }).count()).toBe(0);

    await open('denied');
    await page.getByRole('button', { name: 'Try again now' }).click();
    await says(
      'Tried again, in vain: MobiFone refuses the rollback (The subscriber is barred or suspended).',
    );
    await says(/^The next try is at \d\d:\d\d:\d\d, by itself\.$/);
    await stack.liftFaults();
  });

  it('asks again for many at once: a dry run, then progress, and what was left out or refused, with the reason', async () => {
    await stuckAt('check', 'many-1', 'many-2', 'many-3');
    await page.goto(deskUrl);
    await entry('many-3').waitFor();
    await page.getByRole('link', { name: 'The same act for many purchases …' }).click();
    expect({ barriers: await barriers(page), tooWide: await tooWide(page, PHONE_WIDTH) }).toEqual({
      barriers: [],
      tooWide: 0,
    });
    await page.getByLabel('Act', { exact: true }).selectOption('cancel');
    await page.getByRole('button', { name: 'Look what it would change' }).click();
    await says('This is a dry run: nothing has been changed.');
    await says('Cancel the sales: 3 purchases');
    await says(/Would be refused, and is left out \(\d+\)/);
    await says('not possible while the purchase is: rolling back');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Enter why.');
    await stack.api('POST', '/v1/purchases/many-3/cancel', {}); // by its channel, meanwhile
    await page.getByLabel('Why').fill('the price was wrong');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await page.locator('[data-batch=over]').waitFor(); // the page follows by itself
    await says('3 of 3 answered, 2 done.');
    await says('Not done (1)');
    await isWhole('desk-batch');
    expect((await selling.outcomeOf('many-1'))['outcome']).toBe('cancelled');
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('many-2')}`);
    await says('Cancel the sale by lan@agent.example: the price was wrong');
    await page.goto(`${deskUrl}/batch/batch-0123456789`);
    await says('There is no such batch here.');
  });

  it('reads after trying again what came of it, once MobiFone takes the rollback', async () => {
    await open('denied');
    await page.getByRole('button', { name: 'Try again now' }).click();
    await says('(6.1) Roll the registration back at MobiFone: done.');
    await says('The purchase is now: ');
    expect(await page.locator('#outcome [data-open]').count()).toBe(0);
  });

  it('is told in words what is not open any more, and an old form does nothing', async () => {
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('doubt-retry')}/acts/charge-done`);
    await says('Not possible while the purchase is: succeeded; nothing was done.');
    await page.goto(`${deskUrl}/purchases/pur_${'a'.repeat(26)}`);
    await says('There is no such purchase');
  });

  it('learns which act of a colleague came before, in words, when an old form comes too late', async () => {
    await stuckAt('check', 'raced');
    await page.goto(deskUrl);
    await entry('raced').waitFor();
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('raced')}/acts/give-up`);
    const other = await page.context().newPage();
    await other.goto(`${deskUrl}/purchases/${stack.purchaseId('raced')}/acts/cancel`);
    await other.getByLabel('Why').fill('the customer asks');
    await other.getByRole('button', { name: /^Do it/ }).click();
    await other.getByText('The purchase is now: cancelled.').waitFor();
    await other.close();
    await page.getByLabel('Why').fill('it takes too long');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('This cannot be done now. What can be done: nothing.');
    await says(/It was overtaken: .* Cancel the sale by lan@agent\.example: the customer asks\./);
  });

  it('finds a purchase by number, order id and our id, and no number is in an address or a title', async () => {
    const look = async (what: string) => {
      await page.goto(`${deskUrl}/search`);
      await page.getByLabel(/^Number, order id/).fill(what);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('link', { name: 'doubt-done' }).waitFor();
      expect((await page.title()).replace(/^\(\d+\) /, '')).not.toMatch(/\d/);
    };
    await look('doubt-done');
    await look('demo/doubt-done'); // as the commands write it
    await look('0901010000'); // of the first that was sold
    await isWhole('desk-search');
    await look(`${stack.purchaseId('doubt-done')}.charge`);
    expect(await page.content()).not.toContain('>84901010000');
    expect(addresses.filter((address) => /901010000/.test(address))).toEqual([]);
    expect(stack.log).toContain('desk.search');
    expect(stack.log).not.toContain('901010000');
  });

  it('sees the day’s figures and MobiFone’s state, and pauses a package and sells it again', async () => {
    await page.goto(`${deskUrl}/day`);
    await says('By channel');
    expect(await page.locator('#figures').innerText()).toMatch(/Sold\s+2\s+180,000 VND/);
    await page.locator('#mobifone[data-out=false]').waitFor();
    expect(await page.getByLabel('What').inputValue()).toBe(''); // nobody pauses all sales by a slip
    await page.locator('#why').fill('wrong price');
    await page.locator('#scope').evaluate((select) => select.removeAttribute('required'));
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await says('Choose what to pause.');
    await page.getByLabel('What').selectOption('package D90');
    await page.locator('#why').fill('wrong price');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await says('Paused: package D90.');
    await isWhole('desk-day');
    await page.goto(deskUrl);
    await says('Sales are paused: package D90');
    await page.goto(`${deskUrl}/day`);
    let probes = 0; // each an order of its own: until the pause holds everywhere they are sold
    await until(
      () => selling.buy(`probe-${(probes += 1)}`, '0900000001'),
      ({ status }) => status === 503,
    );
    await page.getByLabel('Why').first().fill('the price is right again');
    await page.getByRole('button', { name: 'Sell again: package D90' }).click();
    await says('Sold again: package D90.');
    await until(
      () => selling.buy(`probe-${(probes += 1)}`, '0900000001'),
      ({ status }) => status === 201,
    );
  });

  it('blocks the number of a purchase without learning it, says so at the purchase, and sells to it again', async () => {
    const purchase = `${deskUrl}/purchases/${stack.purchaseId('doubt-done')}`;
    await page.goto(purchase);
    await page.getByRole('link', { name: 'Block this number' }).click();
    await says('The number 8490****000 of the order doubt-done.');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await page.locator('#why').fill('fraud, ticket 4711');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await says('Blocked: 8490****000.');
    expect(await page.content()).not.toContain('0901010000');
    await isWhole('desk-numbers');
    await page.goto(purchase);
    await says(/blocked since .* by lan@agent\.example: fraud, ticket 4711/);
    let orders = 0; // each an order of its own: until the block holds everywhere they are sold, or refused as alike
    await until(
      () => selling.buy(`blocked-${(orders += 1)}`, '0901010000'),
      ({ status, body }) => status === 422 && JSON.stringify(body).includes('number_blocked'),
    );
    await page.goto(`${deskUrl}/numbers`);
    await page.locator('#blocks form.switch').getByLabel('Why').fill('cleared');
    await page.getByRole('button', { name: 'Sell again: 8490****000' }).click();
    await says('Sold to again: 8490****000.');
    await says('No number is blocked');
    await says('No limit is set.');
    await page.getByLabel('Number').fill('not a number');
    await page.locator('#why').fill('x');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await says('That is no mobile number');
    expect(addresses.filter((address) => /901010000/.test(address))).toEqual([]);
    expect(stack.log).not.toContain('901010000');
  });

  it('reads at the purchase and in its case what MobiFone’s denial of a stated charge means', async () => {
    const match = { purchaseId: stack.purchaseId('misheard') };
    await stack.order({
      call: 'charge',
      match,
      times: 'forever',
      fault: { kind: 'reset', effect: 'before' },
    });
    await stack.order({ call: 'inquiry', match, times: 'forever', fault: { kind: 'wrong_schema' } });
    await selling.buy('misheard', `0901${String(sold).padStart(6, '0')}`);
    sold += 1;
    await open('misheard');
    await page.getByRole('link', { name: 'The charge was made' }).click();
    await page.getByLabel(/case number/).fill('MF-4711');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('The purchase has followed the operator’s decision.');
    await page.goto(deskUrl);
    await page.locator('#machines').getByText('misheard').waitFor(); // there is nothing to decide
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('misheard')}`);
    await stack.liftFaults();
    await page.getByRole('button', { name: 'Try again now' }).click();
    await says('MobiFone denies the charge that you stated.');
    await page.getByRole('link', { name: 'An open case about this purchase' }).click();
    await says('The subscriber has the package, and MobiFone was not paid for it.');
    await says('MobiFone denies the charge that an operator stated');
    await page.getByText('Close: put right otherwise', { exact: true }).click();
    await page.locator('#close-why').fill('MobiFone charges later');
    await page.locator('#close-how').fill('letter 12');
    await page.locator('#close-form button').click();
    await says('Done: Close: put right otherwise, by lan@agent.example.');
    await page.getByLabel('Why').fill('MobiFone has not charged after all');
    await page.getByRole('button', { name: 'Open the case again' }).click();
    await says('Done: Open the case again, by lan@agent.example.');
    await says('closed by letter 12: MobiFone charges later, lan@agent.example'); // the log goes on
    await says('opened: MobiFone has not charged after all, lan@agent.example');
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('misheard')}`);
    await says('Have MobiFone confirm what an operator stated about the charge: MobiFone denies it');
  });

  it('closes the case of a purchase that somebody terminated, which names who did it', async () => {
    await stuckAt('charge', 'terminated');
    await open('terminated');
    await stack.temporal(({ workflow }) =>
      workflow.getHandle(stack.workflowId('terminated')).terminate('by mistake'),
    );
    await says('Terminated in Temporal by');
    await page.goto(deskUrl);
    await page
      .getByRole('link', { name: /terminated/ })
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'case terminated' }).click(); // the sweep has opened it
    await isWhole('desk-case');
    await page.getByText('Close: nothing was wrong', { exact: true }).click();
    await page.locator('#reject-why').fill('it was a test');
    await page
      .locator('#reject-form input[type=checkbox]')
      .evaluate((box) => box.removeAttribute('required'));
    await page.locator('#reject-form button').click();
    await says('Confirm that you have checked the evidence.'); // on the word of one sentence no case is given up
    await page.getByText('Close: nothing was wrong', { exact: true }).click();
    await page.locator('#reject-why').fill('it was a test');
    await page.locator('#reject-form input[type=checkbox]').check();
    await page.locator('#reject-form button').click();
    await says('Done: Close: nothing was wrong, by lan@agent.example.');
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('terminated')}`);
    await says(
      'Ended from outside; its case was closed (nothing was wrong: it was a test, lan@agent.example). Nothing to do.',
    );
  });

  it('delivers the notice of a batch again, whose channel did not take it', async () => {
    const fault = { kind: 'status', status: 503, effect: 'before' } as const;
    await stack.order({ call: 'inbox', times: 'forever', fault });
    const orders = [
      { externalId: 'of-a-list', msisdn: `0901${String(sold).padStart(6, '0')}`, package: 'D90' },
    ];
    sold += 1;
    expect((await stack.api('POST', '/v1/batches', { batchId: 'desk-list', orders })).status).toBe(201);
    await page.goto(`${deskUrl}/batches/demo/desk-list`);
    await page.locator('[data-state=completed]').waitFor();
    await says('Notice that the batch is completed: on its way');
    expect({ barriers: await barriers(page), tooWide: await tooWide(page, PHONE_WIDTH) }).toEqual({
      barriers: [],
      tooWide: 0,
    });
    await page.getByRole('button', { name: 'Deliver it now' }).click();
    await says(/^Tried at \d\d:\d\d:\d\d: the webhook answered HTTP 503; not taken\. Next attempt /);
    expect(await page.locator('#notice.done').count()).toBe(0);
    await stack.liftFaults();
    await page.getByRole('button', { name: 'Deliver it now' }).click();
    await says('The channel has taken the notice');
    await says('Notice that the batch is completed: delivered');
    await says(/^Tried on request: .*, lan@agent\.example$/); // from the history of the notice
    await page.goto(`${deskUrl}/batches/demo/none`);
    await says('There is no such batch; it may be older');
  });

  it('works in Vietnamese as in English', async () => {
    await page.goto(deskUrl);
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await page.getByRole('heading', { name: 'Cần xử lý' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto(`${deskUrl}/purchases/${stack.purchaseId('doubt-done')}`);
    await says('Trừ cước thuê bao tại MobiFone: đã thực hiện, theo lời người vận hành');
    await page.getByRole('button', { name: 'English' }).click();
    await says('Charge the subscriber at MobiFone: done, as an operator stated');
  });

  it('keeps on telling while worker, API and Temporal are dead, and goes on when they are back', async () => {
    await stuckAt('charge', 'meanwhile');
    await open('meanwhile');
    await stack.killPart('api');
    await stack.killPart('worker');
    await otherAct('Give the sale up');
    await page.getByLabel('Why').fill('it takes too long');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says(/It is not known whether this was done/);
    const other = await page.context().newPage();
    await other.goto(`${deskUrl}/purchases/${stack.purchaseId('meanwhile')}`);
    await other.getByText(/cannot be read without a worker; your act of .* may still come\./).waitFor();
    await other.close();
    await stack.startPart('worker');
    await page.getByRole('button', { name: /^Do it/ }).click();
    await says('Done: Give the sale up.');
    expect(await page.locator('#people li').count()).toBe(1);

    await stack.killPart('temporal');
    await page.goto(deskUrl);
    await says(/Temporal does not answer: what you see may be old/);
    expect(await barriers(page)).toEqual([]);
    await stack.startPart('temporal');
    await page.getByRole('heading', { name: 'What needs attention' }).waitFor(); // by itself
  });

  it('is out when the desk ends the session, and is told so', async () => {
    await page.goto(deskUrl);
    const other = await page.context().newPage();
    await other.goto(`${deskUrl}/search`);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await says('Your session has ended. Sign in again.');
    await other.close();
  });
});
