import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Report } from '../../reconciliation/report';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import type { LedgerEntry } from '../../sandbox/ledger-entries';
import { CHAOS_SETTINGS } from '../chaos/settings';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { NEXT_DAY_CLOCK } from '../support/next-day';
import { DayOfSales, plannedSales } from './day-of-sales';
import { STILL_RUNNING } from '../support/still-running';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(900_000);

/** Twice all faults of all calls, so that each strikes once, and as many orders between them. */
const SALES = 300;
/** In which the whole product but MobiFone is killed with orders under way. */
const KILL_AFTER = 120;
const ALL_OVER_LIMIT_MS = 180_000;

let stack: EmbeddedStack;
let folder: string;
/** One day; two when midnight in Vietnam fell into the run. */
let days: LocalDay[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'whole-day-'));
  const began = localDay(new Date());
  stack = await EmbeddedStack.start({
    SANDBOX_PROFILE: '{"inquiryTellsSale":true}', // or who was charged another amount waits for a person
    ...CHAOS_SETTINGS,
  });
  const day = new DayOfSales(stack);
  const sold = day.sell(plannedSales(SALES));
  sold.catch(() => undefined); // told below
  await eventually('orders to be under way', () => (day.accepted >= KILL_AFTER ? true : undefined));
  await Promise.all((['temporal', 'worker', 'api'] as const).map((part) => stack.killPart(part)));
  for (const part of ['temporal', 'worker', 'api'] as const) await stack.startPart(part);
  await sold;
  expect(day.surprises).toEqual([]);
  await allOver();
  const ended = localDay(new Date());
  days = began === ended ? [began] : [began, ended];
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until no purchase and no notice runs any more; says what still does when that never comes. */
function allOver(): Promise<void> {
  return stack.temporal(async ({ workflow }) => {
    const isOver = async () => {
      const { count: running } = await workflow.count(STILL_RUNNING);
      const { count: over } = await workflow.count(
        "WorkflowType = 'purchase' AND PurchaseOutcome IS NOT NULL",
      );
      return running === 0 && over === SALES ? true : undefined;
    };
    await eventually('every purchase to end', isOver, ALL_OVER_LIMIT_MS).catch(async (fault: unknown) => {
      const running = [];
      for await (const { workflowId } of workflow.list({ query: STILL_RUNNING })) {
        const handle = workflow.getHandle(workflowId);
        const { raw } = await handle.describe();
        const { pendingActivities, pendingWorkflowTask } = raw;
        const last = (await handle.fetchHistory()).events?.slice(-3);
        const waits = JSON.stringify({ pendingActivities, pendingWorkflowTask, last });
        const told = stack.log
          .split('\n')
          .filter((line) => line.includes(workflowId) && !line.includes('"level":20'));
        running.push([workflowId, waits, ...told.slice(-5)].join('\n'));
      }
      throw new Error(`${String(fault)}; still running: ${running.join('\n')}`, { cause: fault });
    });
  });
}

async function settlement(day: LocalDay, part: string, query = ''): Promise<string> {
  const response = await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${day}&part=${part}${query}`);
  const file = path.join(folder, `${part}-${day}.csv`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

/** The day's report by the command, from the files that the sandbox writes. */
async function reconciled(day: LocalDay, query = ''): Promise<Report & { exitCode: number | null }> {
  const json = path.join(folder, 'report.json');
  const words = ['--date', day, '--settlement', await settlement(day, 'day', query), '--json', json];
  words.push('--next-day', await settlement(day, 'next_day', query));
  if (query !== '') words.push('--correction', await settlement(day, 'correction', query));
  if (day !== days[0]) words.push('--last-day', await settlement(daysAfter(day, -1), 'day'));
  const { exitCode, stderr } = await stack.runCommand('reconcile', words, '', NEXT_DAY_CLOCK);
  expect(stderr).toBe('');
  const { report } = JSON.parse(await readFile(json, 'utf8')) as { report: Report };
  return { ...report, exitCode };
}

/** What MobiFone took and has not given back, read from its ledger and nothing else. */
async function standingInTheLedger(): Promise<{ count: number; gross: number }> {
  const { entries } = await stack.sandbox<{ entries: LedgerEntry[] }>('ledger?limit=10000');
  const first = entries[0]?.seq;
  if (first !== 1) throw new Error(`the ledger is longer than what is read of it: it begins at ${first}`);
  const sum = { count: 0, gross: 0 };
  for (const entry of entries) {
    const taken = entry.kind === 'charged' || entry.kind === 'activated';
    const givenBack = entry.kind === 'charge_reversed' || entry.kind === 'deactivated';
    if (!taken && !givenBack) continue;
    sum.count += taken ? 1 : -1;
    sum.gross += taken ? entry.amount : -entry.amount;
  }
  return sum;
}

const listed = (all: readonly { kind: string; purchaseId: string }[]): string[] =>
  all.map(({ kind, purchaseId }) => `${kind} ${purchaseId}`).toSorted();

describe(`a day of ${SALES} orders, with every fault of every call and all of our processes killed in between`, () => {
  it('ties out to nothing, and to what MobiFone’s own ledger comes to', async () => {
    const sum = { count: 0, gross: 0 };
    for (const day of days) {
      const { exitCode, totals, unexplained, ...report } = await reconciled(day);
      const breaks = report.breaks.filter(({ kind }) => kind !== 'cut_off' || days.length === 1);
      expect({ day, exitCode, breaks, unexplained }).toEqual({
        day,
        exitCode: 0,
        breaks: [],
        unexplained: { gross: 0, discount: 0, payable: 0 },
      });
      if (days.length === 1) {
        expect(totals.difference).toEqual({ gross: 0, discount: 0, payable: 0 });
        const groups = Object.values(totals.by).flat();
        expect(groups.filter(({ difference }) => difference.payable !== 0)).toEqual([]);
        expect(totals.refunds.chargedAllTheSame).toEqual({ count: 0, amount: 0 });
        expect(totals.refunds.toCustomers.count).toBe(SALES - totals.ours.count);
      }
      sum.count += totals.ours.count;
      sum.gross += totals.ours.gross;
    }
    expect(sum).toEqual(await standingInTheLedger());
    expect(sum.count).toBeGreaterThan(SALES / 2);
  });

  it('is found to differ in exactly what its file was then made to differ in', async () => {
    const [day] = days;
    if (!day) throw new Error('there was no day');
    const plain = await reconciled(day);
    for (const seed of [1, 2]) {
      const query = `&differences=seed:${seed}`;
      const { exitCode, breaks, unexplained } = await reconciled(day, query);
      const file = await settlement(day, 'seeded', query);
      const { seeded } = JSON.parse(await readFile(file, 'utf8')) as {
        seeded: { kind: string; purchaseId: string }[];
      };
      expect(seeded.length).toBeGreaterThan(10);
      expect(listed(breaks)).toEqual(listed([...seeded, ...plain.breaks]));
      expect(unexplained).toEqual({ gross: 0, discount: 0, payable: 0 });
      expect(exitCode).toBe(1);
    }
  });
});
