import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { localDay } from '../../domain/local-time';
import type { Report } from '../../client/reconciliation/report';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
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

/** Visibility follows the workflows after a moment. */
function visible(count: number): Promise<true> {
  return stack.temporal((client) =>
    eventually(`${count} purchases with an outcome in visibility`, async () => {
      const seen = await client.workflow.count(
        "ExecutionStatus = 'Completed' AND PurchaseOutcome IS NOT NULL",
      );
      return seen.count === count ? true : undefined;
    }),
  );
}

async function settlement(query = ''): Promise<string> {
  const response = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${TODAY}${query}`);
  const file = path.join(folder, 'settlement.csv');
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

async function reconcile(file: string) {
  const json = path.join(folder, 'report.json');
  const end = await stack.runScript('reconcile/main.ts', [
    '--date',
    TODAY,
    '--settlement',
    file,
    '--cut-off-minutes',
    '0',
    '--json',
    json,
  ]);
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
    const bin = path.join(__dirname, '../../scripts/bin/datacode-reconcile.cjs');
    const words = ['--date', TODAY, '--settlement', '-', '--cut-off-minutes', '0', '--json'];
    const piped = await stack.runProgram([bin, ...words], { cwd: folder, input: await readFile(file) });
    expect(piped).toMatchObject({ exitCode: 0, stdout: await readFile(json, 'utf8'), stderr: '' });
  });

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
    expect(await stack.runScript('reconcile/main.ts', ['--date', 'yesterday'])).toMatchObject({
      exitCode: 2,
    });
  });
});
