import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import { RECONCILIATION_WORKFLOW, type ReconciliationResult } from '../domain/reconciliation/reconciliation';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { listPage } from './visibility-pages';

/** Number of latest reconciliations that are searched for a successful one. */
const LATEST = 14;

/** The latest successful reconciliation. */
export interface LastReconciliation {
  /** Time since it was done. */
  ageSeconds: number;
  breaks: Readonly<Record<BreakKind, number>>;
}

/** Reads the results of the latest reconciliations, each once. */
export class LastReconciliations {
  private readonly known = new Map<string, ReconciliationResult>();

  constructor(private readonly client: Client) {}

  /** @returns undefined if there was none within retention */
  async last(now: Date): Promise<LastReconciliation | undefined> {
    const query = `WorkflowType = '${RECONCILIATION_WORKFLOW}' AND ExecutionStatus = 'Completed'`;
    const { executions } = await listPage(this.client, query, { pageSize: LATEST });
    for (const { execution, closeTime } of executions) {
      const result = await this.result(execution?.workflowId ?? '', execution?.runId ?? '');
      if (result?.kind !== 'reconciled') continue; // one completed by hand has no result
      return {
        ageSeconds: Math.max(0, now.getTime() - tsToMs(closeTime)) / 1000,
        breaks: breaksOf(result.counts),
      };
    }
    return undefined;
  }

  private async result(workflowId: string, runId: string): Promise<ReconciliationResult> {
    const known = this.known.get(runId);
    if (known) return known;
    const result = await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.getHandle(workflowId, runId).result(),
    );
    if (this.known.size >= LATEST * 2) this.known.clear();
    this.known.set(runId, result as ReconciliationResult); // result of this workflow
    return result as ReconciliationResult;
  }
}

/** Every kind, so that a kind without breaks is 0. */
function breaksOf(counts: Readonly<Record<string, number>>): Record<BreakKind, number> {
  return Object.fromEntries(BREAK_KIND_NAMES.map((kind) => [kind, counts[kind] ?? 0])) as Record<
    BreakKind,
    number
  >; // every kind has its entry
}
