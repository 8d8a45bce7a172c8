import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import type { PeriodAccount } from '../../reconciliation/period/account';
import type { LedgerEntry } from '../../sandbox/ledger-entries';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { MovedClock } from '../support/moved-clock';
import { withFixedValues } from '../support/parts/fixed-values';
import { Selling } from '../support/selling';

/** Minutes for a machine that is busy with something else; nothing here waits for time to pass. */
jest.setTimeout(900_000);

/** A week that begins tomorrow. */
const WEEK = Array.from({ length: 7 }, (_, at) => daysAfter(localDay(new Date()), at + 1));
const [FIRST, , THIRD, , FIFTH, SIXTH, LAST] = WEEK as [
  LocalDay,
  LocalDay,
  LocalDay,
  LocalDay,
  LocalDay,
  LocalDay,
  LocalDay,
]; // it has seven
const NOTHING = { gross: 0, discount: 0, payable: 0 };

let stack: EmbeddedStack;
let folder: string;
let clock: MovedClock;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'whole-week-'));
  for (const kind of ['settlement', 'correction']) await mkdir(path.join(folder, kind));
  clock = new MovedClock(path.join(folder, 'clock'));
  await clock.toNoonOf(FIRST);
  stack = await EmbeddedStack.start(
    {
      RECONCILIATION_SOURCE: `file://${folder}/{kind}/{date}.csv`,
      RECONCILIATION_AT: 'off',
      ...withFixedValues({ heartbeatTimeoutMs: 2_000 }), // by Temporal's clock each purchase begins late: it waits so long (0057)
    },
    { surround: async () => ({ api: clock.settings, sandbox: clock.settings }) },
  );
  for (const [at, day] of WEEK.entries()) await sellOn(day, at);
  await clock.toNoonOf(daysAfter(LAST, 1));
  await stack.stopPart('worker');
  await stack.startPart('worker', clock.settings); // for it too, the week is over
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});

/** A day's sales, of which some go wrong at MobiFone, and on some days our own processes die in between. */
async function sellOn(day: LocalDay, at: number): Promise<void> {
  await clock.toNoonOf(day);
  const selling = new Selling(stack);
  const order = (name: string) => `${name}-${day}`;
  const lost = { purchaseId: stack.purchaseId(order('reply-lost')) };
  await stack.order({ call: 'charge', times: 1, fault: { kind: 'reset', effect: 'after' }, match: lost });
  await selling.buy(order('sold'), '0900000001');
  await selling.buy(order('prepaid'), '0901000003', { form: 'prepaid' });
  await selling.buy(order('reply-lost'), '0901000004');
  if (at === 2) await stack.killPart('worker');
  if (at === 4) for (const part of ['temporal', 'worker'] as const) await stack.killPart(part);
  if (at === 4) await stack.startPart('temporal');
  if (at === 2 || at === 4) await stack.startPart('worker');
  await selling.buy(order('undone'), '0900000402');
  for (const name of ['sold', 'reply-lost', 'undone']) await selling.outcomeOf(order(name));
  await selling.outcomeOf(order('prepaid'), 'prepaid');
  await visible(4 * (at + 1));
}

/** Visibility follows the workflows after a moment. */
function visible(purchases: number): Promise<true> {
  return stack.temporal(({ workflow }) =>
    eventually(`${purchases} purchases that are over`, async () => {
      const { count } = await workflow.count("WorkflowType = 'purchase' AND PurchaseOutcome IS NOT NULL");
      return count === purchases ? true : undefined;
    }),
  );
}

async function fileOf(day: LocalDay): Promise<string> {
  return (await fetch(`${stack.sandboxUrl}/sandbox/settlement?date=${day}`)).text();
}

function give(kind: 'settlement' | 'correction', day: LocalDay, text: string): Promise<void> {
  return writeFile(path.join(folder, kind, `${day}.csv`), text);
}

function command(...words: string[]) {
  return stack.runCommand('reconcile', words, '', clock.settings);
}

async function account(): Promise<PeriodAccount & { exitCode: number | null }> {
  const { exitCode, stdout, stderr } = await command('period', '--from', FIRST, '--to', LAST, '--json');
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as { account: PeriodAccount }).account, exitCode };
}

async function openBreaks(): Promise<string[]> {
  const { stdout } = await command('breaks', '--json');
  return (JSON.parse(stdout) as { day: string; kind: string }[]).map(({ day, kind }) => `${day} ${kind}`);
}

/** What MobiFone took and has not given back, read from its ledger and nothing else. */
async function standingInTheLedger(): Promise<number> {
  const { entries } = await stack.sandbox<{ entries: LedgerEntry[] }>('ledger?limit=10000');
  return entries.reduce((sum, entry) => {
    if (entry.kind === 'charged' || entry.kind === 'activated') return sum + entry.amount;
    return entry.kind === 'charge_reversed' || entry.kind === 'deactivated' ? sum - entry.amount : sum;
  }, 0);
}

describe('a week with lost replies and killed processes, whose files come late, twice and wrong', () => {
  it('names every break at first, and closes with nothing unexplained once MobiFone has mended its files', async () => {
    const files = new Map<LocalDay, string>();
    for (const day of WEEK) files.set(day, await fileOf(day));
    const linesOf = (day: LocalDay, order: string): string[] => {
      const id = stack.purchaseId(`${order}-${day}`);
      return (files.get(day) ?? '').split(/\r?\n/).filter((line) => line.includes(id));
    };
    const charge = linesOf(FIFTH, 'sold').find((line) => line.includes('.charge')) ?? '';
    const late = linesOf(FIRST, 'sold');
    const header = (files.get(FIRST) ?? '').split(/\r?\n/)[0] ?? '';
    expect([charge, late.length]).toEqual([expect.stringContaining(',90000,'), 2]);
    for (const [day, text] of files) await give('settlement', day, text);
    const without = late.reduce((text, line) => text.replace(line, ''), files.get(FIRST) ?? '');
    await give('settlement', FIRST, without);
    await give('settlement', SIXTH, [(files.get(SIXTH) ?? '').trimEnd(), ...late, ''].join('\n')); // days late
    await give('settlement', THIRD, files.get(daysAfter(THIRD, -1)) ?? ''); // the day before, sent again
    await give(
      'settlement',
      FIFTH,
      (files.get(FIFTH) ?? '').replace(charge, charge.replace(',90000,', ',95000,')),
    );

    const first = await account();
    expect(first).toMatchObject({ exitCode: 1, unexplained: NOTHING, sums: { agree: true } });
    const named = first.breaks.map(({ day, kind }) => `${day} ${kind}`);
    expect([...new Set(named)].toSorted()).toEqual([
      `${daysAfter(THIRD, -1)} duplicate_in_file`,
      `${THIRD} duplicate_in_file`,
      `${THIRD} missing_there`,
      `${FIFTH} amount_differs`,
    ]);
    expect(await command('now', THIRD)).toMatchObject({ exitCode: 1 });
    expect(await command('now', FIFTH)).toMatchObject({ exitCode: 1 });
    expect(await openBreaks()).toEqual(expect.arrayContaining([`${FIFTH} amount_differs`]));

    await give('settlement', THIRD, files.get(THIRD) ?? '');
    await give('correction', FIFTH, `${header}\n${charge}\n`);
    expect(await command('now', THIRD)).toMatchObject({ exitCode: 0 });
    expect(await command('now', FIFTH)).toMatchObject({ exitCode: 0 });
    expect(await openBreaks()).toEqual([]);
    const last = await account();
    expect(last).toMatchObject({
      exitCode: 0,
      clean: true,
      unexplained: NOTHING,
      breaks: [],
      inTransit: NOTHING,
      difference: { closing: NOTHING },
      sums: { agree: true },
    });
    expect(last.timing.map(({ day, state }) => `${day} ${state}`)).toEqual([
      `${FIRST} matched`,
      `${SIXTH} matched`,
    ]);
    expect(last.mobifone.closing.gross).toBe(await standingInTheLedger());
    expect(last.agent.movement.count).toBe(3 * WEEK.length);
  });
});
