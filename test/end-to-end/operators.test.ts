import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Timeline } from '../../operators/timeline';
import type { Position } from '../../sandbox/ledger-entries';
import { DECIDE_UPDATE } from '../../domain/purchase/protocol';
import { describeInChromium, launchChromium, newPage } from '../support/chromium';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { eventually } from '../support/eventually';
import { Selling, until } from '../support/selling';
import { jsonOf, linkOf, WebUi } from '../support/web-ui';

jest.setTimeout(600_000); // for a machine that is busy with something else

const WHO = ['--by', 'lan@agent.example', '--why', 'MobiFone said so by phone'];

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start(
    withFixedValues({ retryInitialMs: 3_600_000, retryMaximumMs: 7_200_000 }),
  );
  selling = new Selling(stack);
});
afterAll(() => stack.end());

const ops = (...words: readonly string[]) => stack.runCommand('purchases', words);
const reference = (id: string) => `${stack.channel().name}/${id}`;

/** A command that must do what it is told. */
async function done(...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await ops(...words);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

/** An order of the postpaid channel in a language. */
async function order(externalId: string, code: string, language = 'en') {
  const response = await fetch(`${stack.apiUrl}/v1/purchases`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.key()}`,
      'content-type': 'application/json',
      'accept-language': language,
    },
    body: JSON.stringify({ externalId, msisdn: '0900000001', package: code }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Purchases whose charge MobiFone answers with what nobody understands: each needs a person at once. */
async function stuck(...ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    for (const call of ['charge', 'inquiry'] as const) {
      const match = { purchaseId: stack.purchaseId(id) };
      await stack.order({ call, match, times: 'forever', fault: { kind: 'wrong_schema' } });
    }
    await selling.buy(id, `090100${String(index).padStart(4, '0')}`);
  }
  await until(
    () => listed('--charge-unknown'),
    (found) => ids.every((id) => found.includes(id)),
  );
}

async function listed(...words: readonly string[]): Promise<string[]> {
  const { purchases } = JSON.parse(await done('list', '--json', ...words)) as {
    purchases: { externalId: string }[];
  };
  return purchases.map(({ externalId }) => externalId);
}

/** Taken when they are asked for: `npm run docs:pictures`. */
async function picture(page: Page, name: string): Promise<void> {
  if (!process.env['WRITE_DOCUMENTS']) return;
  await page.screenshot({ path: path.resolve('docs/pictures', `${name}.png`), animations: 'disabled' });
}

/** How many decisions a purchase's history holds. */
function decisions(id: string): Promise<number> {
  return stack.temporal(async ({ workflow }) => {
    const { events } = await workflow.getHandle(stack.workflowId(id)).fetchHistory();
    return (events ?? []).filter(
      ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) =>
        accepted?.acceptedRequest?.input?.name === DECIDE_UPDATE,
    ).length;
  });
}

describe('a package that an operator pauses', () => {
  it('is refused in both languages while all else sells, through every kill, until it is resumed', async () => {
    expect((await order('before', 'D90')).status).toBe(201);
    expect(await done('pause', 'package', 'D90', ...WHO)).toContain('Paused: package D90');
    let probes = 0; // each an order of its own: until the pause holds everywhere they are sold
    await until(
      () => order(`probe-${(probes += 1)}`, 'D90'),
      ({ status }) => status === 503,
    );
    expect((await order('paused', 'D90')).body).toMatchObject({ code: 'sales_paused' });
    expect((await order('paused', 'D90', 'vi')).body['detail']).toMatch(/^Gói này đang tạm dừng bán/);
    expect((await order('before', 'D90')).status).toBe(200);
    expect((await order('another-package', 'D10')).status).toBe(201);

    for (const part of ['worker', 'api', 'temporal'] as const) await stack.killPart(part);
    for (const part of ['temporal', 'worker', 'api'] as const) await stack.startPart(part);
    expect((await order('paused', 'D90')).body).toMatchObject({ code: 'sales_paused' });
    expect((await order('another-package', 'D10')).status).toBe(200);
    expect(await done('pauses')).toMatch(
      /package D90 since .* by lan@agent.example: MobiFone said so by phone/,
    );

    await done('resume', 'package', 'D90', ...WHO);
    await until(
      () => order('paused', 'D90'),
      ({ status }) => status === 201,
    );
    expect((await selling.outcomeOf('paused'))['outcome']).toBe('succeeded');
    expect(await done('pauses')).toMatch(/Nothing is paused[^]*resumed package D90[^]*paused package D90/);
  });

  it('is told no twice, with the reason, and a slip of the name pauses nothing', async () => {
    expect(await ops('resume', 'package', 'D90', ...WHO)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('package D90 is not paused; nothing is') as string,
    });
    expect(await ops('pause', 'channel', 'dmeo', ...WHO)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no channel dmeo; there are: .*demo/) as string,
    });
    expect(await ops('pause', 'all')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--by must be given') as string,
    });
  });
});

describe('a charge that MobiFone does not settle', () => {
  it('is listed, told in words with the command, and settled by it; who and why stay with it', async () => {
    await stuck('in-doubt');
    expect(await listed('--needs-attention')).toContain('in-doubt');
    const told = await done('show', reference('in-doubt'));
    expect(told).toContain('Needs attention since');
    expect(told).toContain(`datacode purchases settle ${reference('in-doubt')} charge-done`);
    expect(told).toMatch(/\(5\.1\) Charge the subscriber at MobiFone: begun/);
    expect(told).toContain(`/namespaces/default/workflows/purchase%3A`);
    expect(told).not.toMatch(/901000000/);

    expect(await ops('settle', reference('in-doubt'), 'rollback-done', ...WHO)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^Refused: rollback_done_by_hand is not open.*charge_was_done/) as string,
    });
    await done('settle', reference('in-doubt'), 'charge-done', ...WHO, '--reference', 'case 4711');
    const { body } = await stack.api('GET', '/v1/purchases/in-doubt', undefined, 'wait=30');
    expect(body['outcome']).toBe('succeeded');
    const again = JSON.parse(await done('show', String(body['id']), '--json')) as Timeline;
    expect(again.acts).toMatchObject([
      { what: 'charge_was_done', by: 'lan@agent.example', reference: 'case 4711', notApplied: null },
    ]);
    expect(await ops('retry', reference('none-such'), ...WHO)).toMatchObject({ exitCode: 1 });
    expect(await ops('show', 'what')).toMatchObject({ exitCode: 2 });
  });
});

describeInChromium('someone who has only docs/operations.md', () => {
  beforeAll(() => stack.startPart('codec-server')); // decrypts for the Web UI

  it('sees in a purchase’s page each call in words, decrypted, and what was undone', async () => {
    await stack.liftFaults();
    await selling.buy('refused', '0900000402');
    expect((await selling.outcomeOf('refused'))['outcome']).toBe('rolled_back');
    const browser = await launchChromium();
    try {
      const page = await newPage(browser, { viewport: { width: 1500, height: 1150 } });
      const workflow = encodeURIComponent(stack.workflowId('refused'));
      const webUi = `http://127.0.0.1:${stack.config.TEMPORAL_UI_PORT}`;
      await page.goto(`${webUi}/namespaces/default/workflows/${workflow}`);
      for (const words of ['(2) Check D90', '(6.1) Roll back D90', '(6.3) ']) {
        await page.getByText(words).first().waitFor();
      }
      await picture(page, 'web-ui-purchase');
    } finally {
      await browser.close();
    }
  });

  it('settles a purchase in the Web UI: the list, the sentences, the form of the update', async () => {
    const DOCUMENT = 'docs/operations.md';
    await stuck('settled-by-hand');
    const workflowId = stack.workflowId('settled-by-hand');
    const browser = await launchChromium();
    try {
      const page = await newPage(browser, { viewport: { width: 1280, height: 1250 } });
      const webUi = new WebUi(page);
      const list = linkOf(DOCUMENT, '_Needs attention_').replace(
        ':8233',
        `:${stack.config.TEMPORAL_UI_PORT}`,
      );
      await webUi.openList(list, workflowId);
      await picture(page, 'web-ui-needs-attention');
      await webUi.openSentences(workflowId, 'Needs attention since');
      await picture(page, 'web-ui-details');
      await webUi.fillInUpdate('decide', jsonOf(DOCUMENT));
      await picture(page, 'web-ui-update');
      await webUi.submit();
      expect((await selling.outcomeOf('settled-by-hand'))['outcome']).toBe('succeeded');
    } finally {
      await browser.close();
    }
  });
});

describe('a batch over all that is stuck', () => {
  const IDS = ['stuck-0', 'stuck-1', 'stuck-2'];
  const SEARCH = ['--charge-unknown', '--channel'] as const;
  const search = () => [...SEARCH, stack.channel().name];

  it('touches nothing in its dry run, then those that it found, each once however often it is run', async () => {
    await stuck(...IDS);
    const dry = await done('batch', 'give-up', ...search());
    expect(dry).toMatch(/3 purchase\(s\) found; 3 would be touched, 0 refused/);
    for (const id of IDS) expect(await decisions(id)).toBe(0);
    const batchId = /--confirm (batch-\S+)/.exec(dry)?.[1] ?? '';
    await stuck('found-later');

    const confirm = ['batch', 'give-up', '--confirm', batchId, ...WHO];
    expect(await done(...confirm)).toContain('3 applied');
    for (const id of IDS) expect((await selling.outcomeOf(id))['outcome']).toBe('given_up');
    expect(await decisions('found-later')).toBe(0);
    expect(await done(...confirm)).toMatch(/3 of 3 were answered before[^]*nothing was left to do/);

    const results = path.join(stack.config.DATA_DIR, 'batches', `${batchId}.results.ndjson`);
    const kept = await readFile(results, 'utf8');
    await writeFile(results, kept.slice(0, kept.indexOf('\n') + 20)); // as a kill in the midst of the second leaves it
    expect(await done(...confirm)).toMatch(/1 of 3 were answered before[^]*2 applied/);
    for (const id of IDS) expect(await decisions(id)).toBe(1);
    await stack.liftFaults();
    for (const id of IDS) {
      const position = await stack.sandbox<Position>(
        `purchases/${String((await selling.outcomeOf(id))['id'])}`,
      );
      expect(position.charges).toBeLessThanOrEqual(1);
    }
  });

  it('says before it begins what would be refused, and does another act only by another dry run', async () => {
    const dry = await done('batch', 'cancel', ...search());
    expect(dry).toMatch(/1 purchase\(s\) found; 0 would be touched, 1 refused/);
    expect(dry).toContain(
      'found-later  charging  would be refused: cancel is not open while the purchase is charging',
    );
    const files = await readdir(path.join(stack.config.DATA_DIR, 'batches'));
    const plan = files.find((file) => file.endsWith('.json')) ?? '';
    const batchId = path.basename(plan, '.json');
    expect(await ops('batch', 'retry', '--confirm', batchId, ...WHO)).toMatchObject({ exitCode: 2 });
    expect(await ops('batch', 'retry', '--confirm', 'batch-0000000000', ...WHO)).toMatchObject({
      exitCode: 2,
    });
    await rm(path.join(stack.config.DATA_DIR, 'batches'), { recursive: true });
    await eventually('the last one to be found no more', async () => {
      await ops('retry', reference('found-later'), ...WHO);
      return (await listed('--charge-unknown')).length === 0 ? true : undefined;
    });
  });
});
