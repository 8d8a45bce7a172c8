import { setTimeout } from 'node:timers/promises';
import type { LedgerEntry } from '../../sandbox/ledger-entries';
import type { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { drawStrikes, type PlannedStrike, type StrikeMoment } from './chaos-plan';
import { Customers } from './customers';
import { KeptParts } from './kept-parts';
import { Rests } from './rests';
import { StruckPlaces } from './struck-places';
import { inWords } from './trouble-plan';
import type { TroubledPlaces } from './troubled-places';
import { judgeRun } from './verdict';
import { STILL_RUNNING } from '../support/still-running';

/** How long purchases may take to end once all parts are up again; a call held back comes again in seconds. */
const ALL_OVER_LIMIT_MS = 300_000;

/** How a log line of ours tells of an error with its stack. */
const LOGGED_ERROR = /"level":50.*"err":/;

/** What came of a run. */
export interface ChaosReport {
  kills: Record<string, number>;
  freezes: Record<string, number>;
  /** By kind of trouble. */
  troubles: Record<string, number>;
  moments: Record<string, number>;
  /** How long after each healing all that was ordered before it was at rest, ms. */
  restAfterMs: number[];
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

/** What is struck, and how hard. */
export interface ChaosPlan {
  seed: number;
  /** Kills, freezes and troubles together. */
  count: number;
  surroundings: TroubledPlaces;
  longestTroubleMs: number;
  /** What was ordered before a healing is at rest within so long after it. */
  restLimitMs: number;
}

/**
 * Strikes the parts of a running stack and the places around it as the seed has it while customers buy, and judges
 * when everything is over. Where there are places, all heals after each round of strikes, and what was ordered before
 * must be at rest within `restLimitMs` while customers go on buying.
 */
export async function runChaos(
  stack: EmbeddedStack,
  plan: ChaosPlan,
  progress: (line: string) => void,
): Promise<ChaosReport> {
  const startedAt = performance.now();
  const moments: Record<string, number> = {};
  const parts = new KeptParts(stack);
  const places = new StruckPlaces(plan.surroundings, (part, work) => parts.whileDown(part, work));
  const customers = new Customers(stack, plan.seed);
  const run = { stack, parts, places, customers };
  const rests = new Rests(stack, customers, plan.restLimitMs);
  try {
    const around = { places: plan.surroundings.places, longestMs: plan.longestTroubleMs };
    const strikes = drawStrikes(plan.seed, plan.count, stack.parts, around);
    const roundLength = stack.parts.length + around.places.length;
    for (const [at, strike] of strikes.entries()) {
      await momentOf(strike, strikes[at - 1]?.target, run);
      const what = await strikeNow(strike, strikes[at + 1], run);
      const { when } = strike.moment;
      if (when === 'the last one is still silent') parts.release();
      moments[when] = (moments[when] ?? 0) + 1;
      progress(
        `${at + 1}/${plan.count} ${strike.target} ${what}, ${when}; ${customers.submitted.length} orders`,
      );
      const isEndOfRound = around.places.length > 0 && (at + 1) % roundLength === 0;
      if (isEndOfRound || at === strikes.length - 1) progress(await restAfterHealing(run, rests));
    }
    await customers.closeShop();
    const running = await purchasesThatNeverEnd(stack);
    const clockWasStepped = (places.troubles['clock_step'] ?? 0) > 0;
    const { outcomes, excused, wrong } = await judgeRun(stack, customers.submitted, clockWasStepped);
    wrong.push(...running, ...rests.missed, ...customers.surprises, ...parts.deaths);
    if (wrong.length > 0) wrong.push(...errorsIn(stack.log));
    return {
      kills: parts.kills,
      freezes: parts.freezes,
      troubles: places.troubles,
      moments,
      restAfterMs: rests.afterMs,
      submitted: customers.submitted.length,
      unanswered: customers.unanswered,
      outcomes,
      excused,
      wrong,
      tookSeconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    await places.stop();
    parts.stopKeeping();
    customers.leave();
  }
}

/** @returns what was done, in words */
async function strikeNow(
  { target, blow }: PlannedStrike,
  next: PlannedStrike | undefined,
  { parts, places }: Run,
): Promise<string> {
  switch (blow.kind) {
    case 'kill':
      await parts.kill(target, next?.moment.when === 'the last one is still silent');
      return 'killed';
    case 'freeze':
      await parts.freeze(target, blow.forMs);
      return `frozen for ${blow.forMs} ms`;
    default:
      await places.strike(target, blow);
      return inWords(blow);
  }
}

/** Waits until nothing is struck any more, and then until all that was ordered so far is at rest. */
async function restAfterHealing({ stack, parts, places }: Run, rests: Rests): Promise<string> {
  await places.untilAllHealed();
  for (const part of stack.parts) await parts.untilBack(part);
  return rests.wait();
}

interface Run {
  stack: EmbeddedStack;
  parts: KeptParts;
  places: StruckPlaces;
  customers: Customers;
}

/** Resolves at the moment at which a target is to be struck; a part's process is there then. */
async function momentOf(
  { target, moment, lagMs }: PlannedStrike,
  last: string | undefined,
  { stack, parts, places, customers }: Run,
): Promise<void> {
  const isPart = (name: string): boolean => stack.parts.includes(name);
  if (moment.when === 'it is starting') {
    await parts.untilThere(target);
    await Promise.race([setTimeout(lagMs), parts.untilReady(target)]);
    return;
  }
  await (isPart(target) ? parts.untilReady(target) : places.untilHealed(target));
  if (moment.when === 'the last one is back' && last !== undefined) {
    await (isPart(last) ? parts.untilBack(last) : places.untilHealed(last));
  }
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
    const running = STILL_RUNNING;
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
