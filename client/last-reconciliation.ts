import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { daysAfter, localDayStart } from '../domain/local-time';
import { isOfRun } from '../domain/own-result';
import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import {
  dayOfReconciliation,
  isResultOf,
  RECONCILIATION_WORKFLOW,
  type ReconciledDay,
  type ReconciliationResult,
} from '../domain/reconciliation/reconciliation';
import { LatestEntries } from '../runtime/latest-entries';
import { PurchaseUnreadable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { executions } from './visibility-pages';

/** Days whose latest reconciliations are searched for a successful one. */
const LATEST_DAYS = 14;
/** Runs that are read anew at one time, whoever started them; the next time continues behind them. */
const MOST_READ = 200;
/** As many runs are remembered. */
const MAX_REMEMBERED = 10_000;

/** The latest successful reconciliation. */
export interface LastReconciliation {
  /** Time since it was done. */
  ageSeconds: number;
  breaks: Readonly<Record<BreakKind, number>>;
}

interface Comparison {
  result: ReconciledDay;
  /** When it was first done, milliseconds; no later than it says anything of how days are reconciled. */
  at: number;
}

/** Reads the results of the latest reconciliations, each once, whether it is one of ours or not. */
export class LastReconciliations {
  /** By run, which does not change any more; nothing for one that is none of ours. */
  private readonly known = new LatestEntries<string, ReconciliationResult | undefined>(MAX_REMEMBERED);

  constructor(private readonly client: Client) {}

  /** @returns undefined if there was none within retention */
  async last(now: Date): Promise<LastReconciliation | undefined> {
    const [first, ...others] = await this.comparisons();
    if (!first) return undefined;
    const { at, result } = others.reduce((last, one) => (one.at > last.at ? one : last), first);
    return { ageSeconds: Math.max(0, now.getTime() - at) / 1000, breaks: breaksOf(result.counts) };
  }

  /**
   * Whoever can write to Temporal can copy a day's result into a later run of its workflow, and have an old day compared once
   * more. So the same comparison counts from the first run that has it, and none as later than the day on which it was due.
   */
  private async comparisons(): Promise<Comparison[]> {
    const query = `WorkflowType = '${RECONCILIATION_WORKFLOW}' AND ExecutionStatus = 'Completed'`;
    const found = new Map<string, Comparison>();
    const days = new Set<string>();
    let read = 0;
    for await (const { execution, closeTime } of executions(this.client, query)) {
      const runId = execution?.runId ?? '';
      read += this.known.has(runId) ? 0 : 1;
      if (read > MOST_READ) break;
      const result = await this.result(execution?.workflowId ?? '', runId);
      if (!result) continue;
      days.add(result.day);
      if (days.size > LATEST_DAYS) break;
      if (result.kind !== 'reconciled') continue;
      const at = Math.min(tsToMs(closeTime), localDayStart(daysAfter(result.day, 2)));
      found.set(`${result.day} ${result.report.digest}`, { result, at }); // the latest is listed first
    }
    return [...found.values()];
  }

  private async result(workflowId: string, runId: string): Promise<ReconciliationResult | undefined> {
    const result = this.known.has(runId) ? this.known.get(runId) : await this.read(workflowId, runId);
    this.known.set(runId, result);
    return result;
  }

  /** Nothing for what somebody else started or completed: it has no result of the day that its id names. */
  private async read(workflowId: string, runId: string): Promise<ReconciliationResult | undefined> {
    const day = dayOfReconciliation(workflowId);
    if (day === undefined) return undefined;
    const result: unknown = await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.getHandle(workflowId, runId).result(),
    ).catch((fault: unknown) => {
      if (!(fault instanceof PurchaseUnreadable)) return nothingIfForgotten(fault); // the index lags
    });
    return isResultOf(day, result) && isOfRun(result, runId) ? result : undefined;
  }
}

/** Every kind, so that a kind without breaks is 0. */
function breaksOf(counts: Readonly<Record<string, number>>): Record<BreakKind, number> {
  return Object.fromEntries(BREAK_KIND_NAMES.map((kind) => [kind, counts[kind] ?? 0])) as Record<
    BreakKind,
    number
  >; // every kind has its entry
}
