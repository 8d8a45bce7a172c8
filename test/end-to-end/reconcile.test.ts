import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../channel/key';
import { reconciliationPolicy } from '../../reconciliation/schedule/policy';
import { isSigned } from '../../runtime/report-signature';
import { daysAfter, localDay } from '../../domain/local-time';
import {
  RECONCILIATION_SCHEDULE,
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
} from '../../domain/reconciliation/reconciliation';
import type { reconciliation } from '../../workflows';
import type { Report } from '../../reconciliation/report';
import { SETTLEMENT_COLUMN_NAMES } from '../../domain/reconciliation/settlement';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { NEXT_DAY_CLOCK } from '../support/next-day';
import { Selling } from '../support/selling';

jest.setTimeout(180_000);

/** All is sold within a minute of this; a run across Vietnamese midnight (17:00 UTC) would be of two days. */
const TODAY = localDay(new Date());
let stack: EmbeddedStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'reconcile-'));
  stack = await EmbeddedStack.start();
  const selling = new Selling(stack);
  await selling.buy('sold', '0900000001');
  await selling.buy('sold-too', '0901000002');
  await selling.buy('sold-prepaid', '0901000003', { form: 'prepaid' });
  await selling.buy('undone', '0900000402');
  await selling.buy('rejected', '0900000101');
  for (const id of ['sold', 'sold-too', 'undone', 'rejected']) await selling.outcomeOf(id);
  await selling.outcomeOf('sold-prepaid', 'prepaid');
  await visible(5);
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

function visible(purchases: number): Promise<true> {
  return found("ExecutionStatus = 'Completed' AND PurchaseOutcome IS NOT NULL", purchases);
}

/** Visibility follows the workflows after a moment. */
function found(query: string, count: number): Promise<true> {
  return stack.temporal((client) =>
    eventually(`${count} workflows of ${query} in visibility`, async () => {
      const seen = await client.workflow.count(query);
      return seen.count === count ? true : undefined;
    }),
  );
}

/** The operators' decisions in a purchase's history. */
function decisionsOf(order: string): Promise<unknown[]> {
  return stack.temporal(async (client) => {
    const { events } = await client.workflow.getHandle(stack.workflowId(order)).fetchHistory();
    const converter = client.options.loadedDataConverter;
    const decisions = (events ?? []).flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: update }) => {
      const { name, args } = update?.acceptedRequest?.input ?? {};
      return name === 'decide' ? [decodeArrayFromPayloads(converter, args?.payloads)] : [];
    });
    return (await Promise.all(decisions)).map(([decision]) => decision);
  });
}

function command(...words: string[]) {
  return stack.runCommand('reconcile', words);
}

async function settlement(query = ''): Promise<string> {
  const response = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${TODAY}${query}`);
  const file = path.join(folder, 'settlement.csv');
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

async function reconcile(file: string, ...more: string[]) {
  const json = path.join(folder, 'report.json');
  const words = ['--date', TODAY, '--settlement', file, '--cut-off-minutes', '0', '--json', json, ...more];
  const end = await stack.runCommand('reconcile', words, '', NEXT_DAY_CLOCK);
  return { ...end, json };
}

async function reported(json: string): Promise<Report> {
  return (JSON.parse(await readFile(json, 'utf8')) as { report: Report }).report;
}

describe('a day of sales, reconciled with the sandbox’s own file', () => {
  it('ties out to nothing, exits 0, and is the same byte for byte when it is done again', async () => {
    const file = await settlement();
    const first = await reconcile(file);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    const before = await readFile(first.json);
    await reconcile(file);
    expect(before.equals(await readFile(first.json))).toBe(true);
    expect((await reported(first.json)).totals).toMatchObject({
      ours: { count: 3, gross: 270_000 },
      theirs: { count: 3, gross: 270_000 },
      difference: { gross: 0, discount: 0, payable: 0 },
      refunds: { toCustomers: { count: 2, amount: 180_000 } },
    });
  });

  it('finds what the file was made to differ in, with evidence from the history, and exits 1', async () => {
    const query = '&differences=seed:3&kinds=missing_there,amount_differs,refund_noticed_yet_charged';
    const { exitCode, json } = await reconcile(await settlement(query));
    const beside = await stack.sandbox<{ seeded: { kind: string; purchaseId: string }[] }>(
      `settlement?date=${TODAY}${query}&part=seeded`,
    );
    const { breaks } = await reported(json);
    expect(exitCode).toBe(1);
    expect(beside.seeded).toHaveLength(3);
    const listed = (all: readonly { kind: string; purchaseId: string }[]) =>
      all.map(({ kind, purchaseId }) => `${kind} ${purchaseId}`).toSorted();
    expect(listed(breaks)).toEqual(listed(beside.seeded));
    for (const { evidence } of breaks) {
      expect(evidence?.eventIds.length).toBeGreaterThan(0);
      expect(evidence?.webUiLink).toContain('/namespaces/default/workflows/purchase%3A');
    }
  });

  it('prints the same report, and nothing else, when it is called in another folder with a file that is piped', async () => {
    const file = await settlement();
    const { json } = await reconcile(file);
    const bin = path.join(__dirname, '../../cli/bin/datacode-reconcile.cjs');
    const words = ['--date', TODAY, '--settlement', '-', '--cut-off-minutes', '0', '--json'];
    const piped = await stack.runProgram([bin, ...words], {
      cwd: folder,
      input: await readFile(file),
      settings: NEXT_DAY_CLOCK,
    });
    expect(piped).toMatchObject({ exitCode: 0, stdout: await readFile(json, 'utf8'), stderr: '' });
  });

  it('is accounted for in a period, with balances that the next account opens with', async () => {
    const yesterday = daysAfter(TODAY, -1);
    const before = path.join(folder, 'before.json');
    await writeFile(path.join(folder, `period-${TODAY}.csv`), await readFile(await settlement()));
    await writeFile(path.join(folder, `period-${yesterday}.csv`), `${SETTLEMENT_COLUMN_NAMES.join(',')}\n`);
    const period = (...words: string[]) =>
      stack.runCommand(
        'reconcile',
        ['period', '--source', path.join(folder, 'period-{date}.csv'), ...words],
        '',
        NEXT_DAY_CLOCK,
      );
    const opened = await period('--from', yesterday, '--to', yesterday, '--json', before);
    expect(opened).toMatchObject({ exitCode: 0, stderr: '' });
    const both = await period('--from', yesterday);
    expect(both).toMatchObject({ exitCode: 0, stderr: '' });
    expect(both.stdout).toContain(`${yesterday} to ${TODAY}: clean`);
    expect(both.stdout).toContain('agent     opening 0, 3 sales 252450, closing 252450');
    const next = await period('--from', TODAY, '--opening', before, '--json');
    expect(JSON.parse(next.stdout)).toMatchObject({
      account: { clean: true, mobifone: { closing: { gross: 270_000 } } },
    });
    expect(await period('--from', yesterday, '--opening', before)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`an account from ${yesterday} needs one that ends on`) as string,
    });
    expect(await period('--to', daysAfter(TODAY, 1))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is not over in Vietnam yet') as string,
    });
  }, 600_000);

  it('exits 2 when it could not run, and says why', async () => {
    const broken = path.join(folder, 'broken.csv');
    await writeFile(broken, 'reference,amount\n');
    expect(await reconcile(broken)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('lacks "transaction_id"') as string,
    });
    expect(await reconcile(path.join(folder, 'none.csv'))).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: `--settlement: ${path.join(folder, 'none.csv')} cannot be read: it is not there.\n`,
    });
    expect(await stack.runCommand('reconcile', ['--date', 'yesterday'])).toMatchObject({
      exitCode: 2,
    });
  });

  it('refuses a day that is not over, and writes nothing', async () => {
    const json = path.join(folder, 'too-early.json');
    for (const day of [TODAY, daysAfter(TODAY, 7)]) {
      const words = ['--date', day, '--settlement', await settlement(), '--json', json];
      expect(await stack.runCommand('reconcile', words)).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: `${day} is not over in Vietnam yet: it can be reconciled from the day after on.\n`,
      });
    }
    await expect(readFile(json)).rejects.toThrow('ENOENT');
  });
});

describe('a day that a worker reconciles by itself', () => {
  const secret = newWebhookSecret();
  const YESTERDAY = daysAfter(TODAY, -1);
  const told: { headers: IncomingHttpHeaders; body: string }[] = [];
  const operations = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push({ headers: request.headers, body });
      response.writeHead(told.length === 1 ? 503 : 204).end();
    });
  });
  const command = (...words: string[]) => stack.runCommand('reconcile', words);

  beforeAll(async () => {
    await new Promise<void>((resolve) => operations.listen(0, '127.0.0.1', resolve));
    const { port } = operations.address() as AddressInfo; // of a server that listens on TCP
    await stack.stopPart('worker');
    await stack.startPart('worker', {
      RECONCILIATION_SOURCE: `${stack.sandboxUrl}/sandbox/settlement?date={date}&differences=seed:3&kinds=amount_differs`, // at any time of the day, which what is missing is not
      RECONCILIATION_REPORTS: path.join(folder, 'reports'),
      RECONCILIATION_SIGNING_KEY: 'a key of sixteen',
      OPERATIONS_WEBHOOK: `http://127.0.0.1:${port}/alerts`,
      OPERATIONS_WEBHOOK_SECRET: secret,
      ...NEXT_DAY_CLOCK,
    });
  });
  afterAll(() => new Promise((resolve) => operations.close(resolve)));

  it('finds the break, keeps the sealed report, and tells operations until they take it', async () => {
    const result = await stack.temporal(async (client) => {
      await client.schedule.getHandle(RECONCILIATION_SCHEDULE).describe(); // the worker made it
      // Begun here, since `now` refuses a day that is not over.
      const handle = await client.workflow.start<typeof reconciliation>(RECONCILIATION_WORKFLOW, {
        workflowId: reconciliationWorkflowId(TODAY),
        taskQueue: stack.config.TEMPORAL_TASK_QUEUE,
        args: [TODAY, reconciliationPolicy(stack.config)],
      });
      return handle.result();
    });
    if (result.kind !== 'reconciled') throw new Error(`not reconciled: ${result.detail}`);
    expect(result).toMatchObject({ clean: false, counts: { amount_differs: 1 }, ours: { count: 3 } });
    const json = result.report.files.find((file) => file.endsWith('.json')) ?? '';
    const kept = JSON.parse(await readFile(json, 'utf8')) as {
      report: Report;
      signature: Parameters<typeof isSigned>[1];
    };
    expect(isSigned(kept.report, kept.signature, 'a key of sixteen')).toBe(true);
    expect(kept.signature.sha256).toBe(result.report.digest);

    const [refused, taken] = await eventually('the second delivery', () =>
      told.length >= 2 ? told : undefined,
    );
    expect(refused?.headers['webhook-id']).toBe(taken?.headers['webhook-id']);
    const headers = taken?.headers as Record<string, string>; // none of ours comes twice
    const tomorrow = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 24 * 60 * 60 * 1000); // as the worker's clock is
    const event = new Webhook(secret).verify(taken?.body ?? '', headers);
    tomorrow.mockRestore();
    expect(event).toMatchObject({
      type: 'operations.reconciliation_breaks',
      data: { day: TODAY, counts: { amount_differs: 1 }, workflowId: `reconciliation:${TODAY}` },
    });
  });

  it('has its break in the register, where a person takes it over and closes it', async () => {
    const open = await eventually('the break in the register', async () => {
      const { stdout } = await command('breaks', '--json');
      const breaks = JSON.parse(stdout) as { id: string; kind: string; day: string }[];
      return breaks.length > 0 ? breaks : undefined;
    });
    expect(open).toMatchObject([{ kind: 'amount_differs', day: TODAY }]);
    const id = open[0]?.id ?? '';
    const act = (...words: string[]) => command('breaks', ...words, '--by', 'lan');
    expect(await act('assign', id, '--owner', 'minh')).toMatchObject({ exitCode: 0, stderr: '' });
    const line = new RegExp(`^${id}  ${TODAY}  amount_differs  1000 VND  open for .*  minh  pur_`);
    expect((await command('breaks')).stdout).toMatch(line);
    expect(await act('close', id, '--why', 'letter 12')).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await command('breaks', 'show', id)).stdout).toContain('lan: closed: letter 12');
    expect(await act('close', 'brk_aaaaaaaaaaaaaaaa', '--why', 'x')).toMatchObject({
      exitCode: 1,
      stderr: 'There is no break brk_aaaaaaaaaaaaaaaa.\n',
    });
  }, 600_000);

  it('is listed and shown; `now` does a day at once, but none that is not over', async () => {
    expect(await command('now', YESTERDAY)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${YESTERDAY}: clean`) as string,
    });
    const listed = await eventually('both days in visibility', async () => {
      const { stdout } = await command('list', '--from', YESTERDAY);
      return stdout.split('\n').length === 3 ? stdout : undefined;
    });
    expect(listed).toMatch(new RegExp(`^${YESTERDAY}  clean .*\n${TODAY}  breaks .*1 amount_differs\n$`));
    expect(await command('show', TODAY)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('1 amount_differs') as string,
    });
    expect(await command('now', TODAY)).toMatchObject({
      exitCode: 2,
      stderr: `${TODAY} is not over in Vietnam yet: it can be reconciled from the day after on.\n`,
    });
    expect(await command('show', '2020-01-01')).toMatchObject({ exitCode: 2 });
  });
});

describe('a purchase whose charge is unknown here, and which MobiFone’s file has', () => {
  const MSISDN = '84901000009';
  it('is settled as sold by the command, once a person has confirmed it, and by nothing else', async () => {
    await stack.order({
      call: 'charge',
      match: { msisdn: MSISDN },
      fault: { kind: 'reset', effect: 'after' },
    });
    const silent = { call: 'inquiry', match: { msisdn: MSISDN }, times: 'forever' } as const;
    await stack.order({ ...silent, fault: { kind: 'wrong_schema' } });
    const selling = new Selling(stack);
    await selling.buy('unknown', MSISDN);
    const needing = "WorkflowType = 'purchase' AND PurchaseState = 'charging' AND NeedsAttention = true";
    await found(needing, 1);
    const file = await settlement();

    const asked = await reconcile(file, '--apply', '--by', 'lan');
    expect(asked).toMatchObject({ exitCode: 1, stderr: '' });
    expect(asked.stdout).toContain('proposal 1/1: charge_was_done');
    expect(asked.stdout).toContain('not applied');
    await found(needing, 1);

    const nobody = await reconcile(file, '--apply', '--yes');
    expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--by') as string });

    const applied = await reconcile(file, '--apply', '--yes', '--by', 'lan');
    expect(applied).toMatchObject({ exitCode: 1, stderr: '' });
    expect(applied.stdout).toContain('done: charge_was_done was applied');
    await stack.liftFaults();
    expect(await selling.outcomeOf('unknown')).toMatchObject({ outcome: 'succeeded' });
    expect(await decisionsOf('unknown')).toEqual([
      {
        requestId: expect.any(String) as string,
        runId: expect.any(String) as string,
        decision: 'charge_was_done',
        by: 'lan',
        why: expect.stringMatching(
          /MobiFone’s line MF\d+ .*settlement files day sha256:[0-9a-f]{64}/,
        ) as string,
      },
    ]);
    await visible(6);

    const again = await reconcile(file, '--apply', '--yes', '--by', 'lan');
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain('nothing to propose');
  });
});

describe('a sale that MobiFone’s file does not have', () => {
  it('has one case, which a person works, and which MobiFone’s corrected file closes', async () => {
    const spoilt = await settlement('&differences=seed:3&kinds=missing_there');
    const opened = await reconcile(spoilt, '--apply', '--yes', '--by', 'lan');
    const id = /done: (case:pur_[a-z2-7]{26}:make_good) was opened/.exec(opened.stdout)?.[1] ?? '';
    expect(id).not.toBe('');
    await found("WorkflowType = 'case' AND NeedsAttention = true AND AttentionReason = 'case_open'", 1);

    const again = await reconcile(spoilt, '--apply', '--yes', '--by', 'lan');
    expect(again.stdout).toContain('nothing to propose');
    expect(again.stdout).toContain(`missing_there: ${id} is open`);
    const [row] = (await reported(again.json)).breaks;
    expect(row?.cases).toEqual([
      {
        id,
        state: 'open',
        webUiLink: expect.stringContaining('/workflows/case%3Apur_') as string,
        settlementFile: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
    expect((await command('cases')).stdout).toContain(`${id}  open`);
    expect((await stack.api('GET', '/v1/purchases?needsAttention=true')).body).toMatchObject({
      purchases: [],
    });

    const refund = await command('cases', 'refund', id, '--by', 'lan', '--why', 'the customer complains');
    expect(refund).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('MobiFone answers that the registration stands') as string,
    });

    const corrected = await reconcile(await settlement(), '--apply', '--yes', '--by', 'lan');
    expect(corrected).toMatchObject({ exitCode: 0, stderr: '' });
    expect(corrected.stdout).toContain(`done: ${id} was closed`);
    await found("WorkflowType = 'case' AND ExecutionStatus = 'Completed'", 1);
    expect(await command('cases')).toMatchObject({ stdout: '', stderr: 'There is no open case.\n' });
    expect(JSON.parse((await command('cases', 'show', id, '--json')).stdout)).toMatchObject({
      state: 'closed',
    });
  });
});
