import { setTimeout } from 'node:timers/promises';
import type { LedgerEntry } from '../../mobifone/sandbox/ledger-entries';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { drawStrikes, type PlannedStrike, type StrikeMoment } from './chaos-plan';
import { Customers } from './customers';
import { KeptParts } from './kept-parts';
import { judgeRun } from './verdict';

/** How long purchases may take to end once all parts are up again; a call held back comes again in seconds. */
const ALL_OVER_LIMIT_MS = 300_000;

/** How a log line of ours tells of an error with its stack. */
const LOGGED_ERROR = /"level":50.*"err":/;

/** What came of a run. */
export interface ChaosReport {
  kills: Record<string, number>;
  freezes: Record<string, number>;
  moments: Record<string, number>;
  submitted: number;
  /** Submissions that broke off or were put off, and were repeated or given up. */
  unanswered: number;
  outcomes: Record<string, number>;
  /** Broken where the sandbox's profile leaves no way to hold it; none of it with all promises kept. */
  excused: Record<string, number>;
  /** Everything that should not be; none, we trust. */
  wrong: string[];
  tookSeconds: number;
}

/** Kills and freezes parts of a running stack as the seed has it while customers buy, and judges when everything is over. */
export async function runChaos(
  stack: EmbeddedStack,
  seed: number,
  count: number,
  progress: (line: string) => void,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const moments: Record<string, number> = {};
  const parts = new KeptParts(stack);
  const customers = new Customers(stack, seed);
  try {
    const strikes = drawStrikes(seed, count, stack.parts);
    for (const [at, strike] of strikes.entries()) {
      const { part, blow, moment } = strike;
      await momentOf(strike, strikes[at - 1]?.part, { stack, parts, customers });
      if (blow.kind === 'freeze') await parts.freeze(part, blow.forMs);
      else await parts.kill(part, strikes[at + 1]?.moment.when === 'the last one is still silent');
      if (moment.when === 'the last one is still silent') parts.release();
      moments[moment.when] = (moments[moment.when] ?? 0) + 1;
      const what = blow.kind === 'freeze' ? `frozen for ${blow.forMs} ms` : 'killed';
      progress(`${at + 1}/${count} ${part} ${what}, ${moment.when}; ${customers.submitted.length} orders`);
    }
    for (const part of stack.parts) await parts.untilBack(part);
    progress('all parts are up again');
    await customers.closeShop();
    const running = await purchasesThatNeverEnd(stack);
    const { outcomes, excused, wrong } = await judgeRun(stack, customers.submitted);
    wrong.push(...running, ...customers.surprises, ...parts.deaths);
    if (wrong.length > 0) wrong.push(...errorsIn(stack.log));
    return {
      kills: parts.kills,
      freezes: parts.freezes,
      moments,
      submitted: customers.submitted.length,
      unanswered: customers.unanswered,
      outcomes,
      excused,
      wrong,
      tookSeconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    parts.stopKeeping();
    customers.leave();
  }
}

interface Run {
  stack: EmbeddedStack;
  parts: KeptParts;
  customers: Customers;
}

/** Resolves at the moment at which a part is to be struck; its process is there then. */
async function momentOf(
  { part, moment, lagMs }: PlannedStrike,
  last: string | undefined,
  { stack, parts, customers }: Run,
): Promise<void> {
  if (moment.when === 'it is starting') {
    await parts.untilThere(part);
    await Promise.race([setTimeout(lagMs), parts.untilReady(part)]);
    return;
  }
  await parts.untilReady(part);
  if (moment.when === 'the last one is back' && last) await parts.untilBack(last);
  if (moment.when === 'a request is unanswered') await customers.nextRequest();
  if (moment.when === 'after ledger entries') await furtherEntries(stack, moment);
  await setTimeout(lagMs);
}

async function furtherEntries(
  stack: EmbeddedStack,
  { entries }: Extract<StrikeMoment, { when: 'after ledger entries' }>,
): Promise<void> {
  const from = await eventually('the ledger', () => ledgerLength(stack));
  await eventually(`${entries} further ledger entries`, async () => {
    const length = await ledgerLength(stack);
    return length !== undefined && length >= from + entries ? true : undefined;
  });
}

/** Nothing while the sandbox is down. */
async function ledgerLength(stack: EmbeddedStack): Promise<number | undefined> {
  try {
    const { entries } = await stack.sandbox<{ entries: LedgerEntry[] }>('ledger?limit=1');
    return entries[0]?.seq ?? 0;
  } catch {
    return undefined;
  }
}

/** Waits until no purchase runs any more, messages and late effects included; names those that do not end. */
async function purchasesThatNeverEnd(stack: EmbeddedStack): Promise<string[]> {
  return stack.temporal(async ({ workflow }) => {
    const running = "ExecutionStatus = 'Running'";
    try {
      await eventually(
        'every purchase to end',
        async () => ((await workflow.count(running)).count === 0 ? true : undefined),
        ALL_OVER_LIMIT_MS,
      );
      return [];
    } catch (fault) {
      const ids = [];
      for await (const { workflowId } of workflow.list({ query: running })) ids.push(workflowId);
      return [
        `I4 ${fault instanceof Error ? fault.message : String(fault)}; still running: ${ids.join(', ')}`,
      ];
    }
  });
}

/** What the parts logged as errors, for whoever looks into a failing run. */
function errorsIn(log: string): string[] {
  return log.split('\n').filter((line) => LOGGED_ERROR.test(line));
}
