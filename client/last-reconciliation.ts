import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import {
  dayOfReconciliation,
  isResultOf,
  RECONCILIATION_WORKFLOW,
  type ReconciliationResult,
} from '../domain/reconciliation/reconciliation';
import { LatestEntries } from '../runtime/latest-entries';
import { PurchaseUnreadable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { executions } from './visibility-pages';

/** Latest reconciliations that are searched for a successful one, without those that are not ours. */
const LATEST = 14;
/** Rows of Temporal's list that are looked at, whoever started them. */
const MOST_ROWS = 200;

/** The latest successful reconciliation. */
export interface LastReconciliation {
  /** Time since it was done. */
  ageSeconds: number;
  breaks: Readonly<Record<BreakKind, number>>;
}

/** Reads the results of the latest reconciliations, each once, whether it is one of ours or not. */
export class LastReconciliations {
  /** By run, which does not change any more; nothing for one that is none of ours. */
  private readonly known = new LatestEntries<string, ReconciliationResult | undefined>(MOST_ROWS * 2);

  constructor(private readonly client: Client) {}

  /** @returns undefined if there was none within retention */
  async last(now: Date): Promise<LastReconciliation | undefined> {
    const query = `WorkflowType = '${RECONCILIATION_WORKFLOW}' AND ExecutionStatus = 'Completed'`;
    let rows = 0;
    let ours = 0;
    for await (const { execution, closeTime } of executions(this.client, query, { pageSize: MOST_ROWS })) {
      const result = await this.result(execution?.workflowId ?? '', execution?.runId ?? '');
      if (result?.kind === 'reconciled')
        return {
          ageSeconds: Math.max(0, now.getTime() - tsToMs(closeTime)) / 1000,
          breaks: breaksOf(result.counts),
        };
      ours += result ? 1 : 0;
      rows += 1;
      if (ours >= LATEST || rows >= MOST_ROWS) break;
    }
    return undefined;
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
    return isResultOf(day, result) ? result : undefined;
  }
}

/** Every kind, so that a kind without breaks is 0. */
function breaksOf(counts: Readonly<Record<string, number>>): Record<BreakKind, number> {
  return Object.fromEntries(BREAK_KIND_NAMES.map((kind) => [kind, counts[kind] ?? 0])) as Record<
    BreakKind,
    number
  >; // every kind has its entry
}
