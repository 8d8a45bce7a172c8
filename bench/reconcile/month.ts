import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { whole } from '../../cli/terminal/argument-values';
import { isNothing } from '../../reconciliation/money';
import type { PeriodAccount } from '../../reconciliation/period/account';
import { periodAccount } from '../../reconciliation/period/period';
import { DEFAULT_SETTINGS } from '../../reconciliation/reconcile';
import { SyntheticMonth } from './synthetic-month';

/** Beyond it the promise of docs/reconciliation.md is broken. */
const MEMORY_LIMIT_MEGABYTES = 400;
/** Between two lines of progress. */
const SHOW_EVERY_MS = 10_000;

interface Options {
  days: number;
  purchases: number;
}

async function run({ days, purchases }: Options): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-month-'));
  try {
    const month = new SyntheticMonth(folder, days, purchases);
    await month.write();
    const written = process.resourceUsage();
    const startedAt = performance.now();
    const account = await accountOf(month);
    const seconds = (performance.now() - startedAt) / 1000;
    const used = process.resourceUsage();
    const cpu = (used.userCPUTime + used.systemCPUTime - written.userCPUTime - written.systemCPUTime) / 1e6;
    const megabytes = Math.round(used.maxRSS / 1024); // it is told in kilobytes
    process.stdout.write(
      [
        '| purchases | lines | seeded breaks | sales moved | took | CPU time | peak memory |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        `| ${days * purchases} | ${month.lines} | ${month.breaks.length} | ${month.moved} | ${seconds.toFixed(0)} s | ${cpu.toFixed(0)} s | ${megabytes} MB |`,
        '',
      ].join('\n'),
    );
    const faults = faultsOf(account, month);
    if (megabytes > MEMORY_LIMIT_MEGABYTES) faults.push(`it took more than ${MEMORY_LIMIT_MEGABYTES} MB`);
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function accountOf(month: SyntheticMonth): Promise<PeriodAccount> {
  const [from, to] = [month.days[0], month.days.at(-1)];
  if (!from || !to) throw new Error('a month has days');
  let shownAt = 0;
  return await periodAccount({
    from,
    to,
    internal: month,
    filesOf: month.filesOf,
    settings: DEFAULT_SETTINGS,
    onDay: (day) => {
      if (performance.now() - shownAt < SHOW_EVERY_MS) return;
      shownAt = performance.now();
      process.stderr.write(`comparing ${day}\n`);
    },
  });
}

/** The account must have exactly what was seeded. */
function faultsOf({ breaks, timing, unexplained, sums }: PeriodAccount, month: SyntheticMonth): string[] {
  const found = breaks.map(
    ({ day, kind, purchaseId, difference }) => `${day} ${kind} ${purchaseId} ${difference.gross}`,
  );
  const [wanted, had] = [new Set<string>(month.breaks), new Set(found)];
  const missing = month.breaks.filter((one) => !had.has(one));
  const invented = found.filter((one) => !wanted.has(one));
  const matched = timing.filter(({ state }) => state === 'matched').length;
  return [
    ...missing.slice(0, 3).map((one) => `not found: ${one}`),
    ...invented.slice(0, 3).map((one) => `not seeded: ${one}`),
    ...(missing.length + invented.length > 0
      ? [`${missing.length} not found, ${invented.length} not seeded`]
      : []),
    ...(found.length === wanted.size ? [] : [`${found.length} breaks, ${wanted.size} seeded`]),
    ...(matched === 2 * month.moved && timing.length === matched
      ? []
      : ['a moved sale is not named by both its days']),
    ...(isNothing(unexplained) && sums.agree ? [] : ['something is unexplained']),
  ];
}

new Command('bench:reconcile-month')
  .description('Accounts for a synthetic month with seeded moves between its days, and measures its memory.')
  .option('--days <count>', 'days of the month', whole, 30)
  .option('--purchases <count>', 'purchases a day', whole, 100_000)
  .action(run)
  .parseAsync()
  .catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exitCode = 1;
  });
