import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { dayFiles } from '../../archive/archive-files';
import type { ReadablePurchase } from '../../archive/archived-purchase';
import { REAL_DISK } from '../../archive/disk';
import { exportDay } from '../../archive/export-day';
import type { Manifest } from '../../archive/manifest';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import type { Report } from '../../reconciliation/report';
import { daysAfter, localDay, localDayStart } from '../../domain/local-time';
import { EmbeddedStack } from '../support/embedded-stack';
import { withFixedValues } from '../support/parts/fixed-values';
import { eventually } from '../support/eventually';
import { forgetPurchase, quickToDelete } from '../support/forgetting';
import { NEXT_DAY_CLOCK } from '../support/next-day';
import { Selling } from '../support/selling';

jest.setTimeout(180_000);

/** All is sold within a minute of this; a run across Vietnamese midnight (17:00 UTC) would be of two days. */
const TODAY = localDay(new Date());
const KEY = 'a key of the agent’s accounts';
const PURCHASES = [
  { id: 'sold', msisdn: '0900000001', form: 'postpaid' },
  { id: 'sold-prepaid', msisdn: '0901000003', form: 'prepaid' },
  { id: 'undone', msisdn: '0900000402', form: 'postpaid' },
  { id: 'rejected', msisdn: '0900000101', form: 'postpaid' },
  { id: 'in-doubt', msisdn: '0900000404', form: 'postpaid' },
] as const;

let stack: EmbeddedStack;
let folder: string;
let archive: string;
let settlement: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'export-'));
  archive = path.join(folder, 'archive');
  stack = await EmbeddedStack.start({
    SANDBOX_PROFILE: 'all_kept', // its inquiries do not lag, so that each call takes one attempt
    TEMPORAL_CLI_PATH: await quickToDelete(folder),
    // a machine that stalls makes no second try, which is counted here
    ...withFixedValues({ retryInitialMs: 100, firstTryLimitMs: 60_000 }),
    RECONCILIATION_SIGNING_KEY: KEY,
  });
  const selling = new Selling(stack);
  for (const { id, msisdn, form } of PURCHASES) await selling.buy(id, msisdn, { form });
  for (const { id, form } of PURCHASES) {
    await stack.temporal(({ workflow }) => workflow.getHandle(stack.workflowId(id, form)).result());
  }
  await allInVisibility();
  const query = '&differences=seed:3&kinds=missing_there,amount_differs,refund_noticed_yet_charged';
  const response = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${TODAY}${query}`);
  settlement = path.join(folder, 'settlement.csv');
  await writeFile(settlement, Buffer.from(await response.arrayBuffer()));
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

/** Visibility follows the workflows after a moment. */
function allInVisibility(): Promise<true> {
  return stack.temporal((client) =>
    eventually('all purchases as closed in visibility', async () => {
      const { count } = await client.workflow.count(
        "WorkflowType = 'purchase' AND ExecutionStatus = 'Completed'",
      );
      return count === PURCHASES.length ? true : undefined;
    }),
  );
}

function exportToday() {
  return stack.runCommand('export', ['--from', TODAY, '--to', TODAY, '--out', archive]);
}

/** The export as it will run tomorrow, when the day is over; which histories it read. */
async function exportTomorrow(): Promise<{ manifest: Manifest; read: number }> {
  return stack.temporal(async (client) => {
    let read = 0;
    const { manifest } = await exportDay(TODAY, {
      archive,
      source: new TemporalPurchaseSource(client),
      formats: ['ndjson', 'csv'],
      numbersInCsv: 'masked',
      refresh: false,
      key: KEY,
      disk: REAL_DISK,
      now: () => new Date(localDayStart(daysAfter(TODAY, 1)) + 3_600_000),
      progress: (far) => (read = far.read),
    });
    return { manifest, read };
  });
}

async function reconciled(...words: string[]) {
  const json = path.join(folder, 'report.json');
  const common = ['--date', TODAY, '--settlement', settlement, '--cut-off-minutes', '0', '--json', json];
  const end = await stack.runCommand('reconcile', [...common, ...words], '', NEXT_DAY_CLOCK);
  if (end.exitCode !== 1) throw new Error(`the day has breaks, but: ${JSON.stringify(end)}`);
  const { report } = JSON.parse(await readFile(json, 'utf8')) as { report: Report }; // what --json writes
  return report;
}

/** The one thing that an archive cannot give: links to workflows that are gone. */
function withoutLinks(report: Report): string {
  const breaks = report.breaks.map((row) => ({
    ...row,
    evidence: row.evidence && { ...row.evidence, webUiLink: null },
  }));
  return JSON.stringify({ ...report, breaks });
}

describe('a day of sales of several outcomes', () => {
  it('is exported with all steps, and is incomplete until it is over', async () => {
    const end = await exportToday();
    expect(end).toMatchObject({ exitCode: 1, stderr: '' });
    expect(end.stdout).toContain(`${TODAY}: 5 purchases, 3 sold for 270000`);

    const { purchases } = dayFiles(archive, TODAY);
    const lines = (await readFile(purchases, 'utf8')).trimEnd().split('\n');
    const read = lines.map((line) => JSON.parse(line) as ReadablePurchase); // what the export wrote
    const told = Object.fromEntries(
      read.map(({ order, steps, reason }) => [
        order.externalId,
        [reason, ...steps.map(({ step, status, attempts }) => `${step} ${status} ${attempts}`)],
      ]),
    );
    expect(told).toMatchObject({
      sold: [
        null,
        'check done 1',
        'register done 1',
        'charge done 1',
        'transaction_message done 1',
        'success_message done 1',
      ],
      undone: [
        'insufficient_balance',
        'check done 1',
        'register done 1',
        'charge refused 1',
        'rollback done 1',
        'refund_notice done 1',
      ],
      rejected: [expect.any(String), 'check refused 1', 'rejection_message done 1', 'refund_notice done 1'],
    });
    expect(told['in-doubt']).toContain('charge done 2');
    expect((await stat(purchases)).mode & 0o777).toBe(0o600);
  });

  it('is complete when it is over, without reading again what was closed', async () => {
    const before = await readFile(dayFiles(archive, TODAY).purchases);
    const { manifest, read } = await exportTomorrow();
    expect(manifest).toMatchObject({
      complete: true,
      counts: { purchases: 5, closed: 5 },
      sold: { count: 3 },
    });
    expect(read).toBe(0);
    expect(before.equals(await readFile(dayFiles(archive, TODAY).purchases))).toBe(true);
    expect(await exportToday()).toMatchObject({ exitCode: 0 });
  });

  it('reconciles from the archive as from Temporal, and still does when Temporal has forgotten it', async () => {
    const fromTemporal = await reconciled();
    const fromArchive = await reconciled('--archive', archive);
    expect(fromTemporal.breaks).toHaveLength(3);
    expect(fromTemporal.breaks[0]?.evidence?.webUiLink).toContain('/workflows/');
    expect(withoutLinks(fromArchive)).toBe(withoutLinks(fromTemporal));

    await Promise.all(PURCHASES.map(({ id, form }) => forgetPurchase(stack, stack.workflowId(id, form))));

    expect(withoutLinks(await reconciled('--archive', archive))).toBe(withoutLinks(fromTemporal));
    const behind = await reconciled('--archive', archive, '--archive-use', 'behind');
    expect(withoutLinks(behind)).toBe(withoutLinks(fromTemporal));
  });

  it('is refused, by the file’s name, when the archive was changed', async () => {
    const { purchases } = dayFiles(archive, TODAY);
    await writeFile(purchases, (await readFile(purchases, 'utf8')).replaceAll('90000', '80000'));
    const words = ['--date', TODAY, '--settlement', settlement, '--archive', archive];
    expect(await stack.runCommand('reconcile', words, '', NEXT_DAY_CLOCK)).toMatchObject({
      exitCode: 2,
      stderr: `${purchases}: was changed since it was exported. Restore it from a copy.\n`,
    });
  });
});

describe('an export that cannot be', () => {
  it('exits 2 and says why', async () => {
    const run = (...words: string[]) => stack.runCommand('export', ['--out', archive, ...words]);
    const tomorrow = daysAfter(TODAY, 1);
    for (const [words, why] of [
      [['--from', TODAY, '--to', tomorrow], 'is in the future'],
      [['--from', TODAY, '--to', TODAY, '--format', 'csv'], 'must be ndjson'],
    ] as const) {
      const { exitCode, stderr } = await run(...words);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
    }
  });
});
