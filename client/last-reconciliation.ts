import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import { RECONCILIATION_WORKFLOW, type ReconciledDay } from '../domain/reconciliation/reconciliation';
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
  /** By run; undefined for one that compared nothing. */
  private readonly known = new Map<string, LastReconciliation['breaks'] | undefined>();

  constructor(private readonly client: Client) {}

  /** @returns undefined if there was none within retention */
  async last(now: Date): Promise<LastReconciliation | undefined> {
    const query = `WorkflowType = '${RECONCILIATION_WORKFLOW}' AND ExecutionStatus = 'Completed'`;
    const { executions } = await listPage(this.client, query, { pageSize: LATEST });
    for (const { execution, closeTime } of executions) {
      const breaks = await this.breaks(execution?.workflowId ?? '', execution?.runId ?? '');
      if (!breaks) continue;
      return { ageSeconds: Math.max(0, now.getTime() - tsToMs(closeTime)) / 1000, breaks };
    }
    return undefined;
  }

  private async breaks(workflowId: string, runId: string): Promise<LastReconciliation['breaks'] | undefined> {
    if (this.known.has(runId)) return this.known.get(runId);
    const result = (await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflow.getHandle(workflowId, runId).result(),
    )) as CompletedResult;
    const counts = result?.kind === 'reconciled' ? result.counts : undefined;
    const breaks = counts && breaksOf(counts);
    if (this.known.size >= LATEST * 2) this.known.clear();
    this.known.set(runId, breaks);
    return breaks;
  }
}

/** The result of this workflow, or what somebody completed it with by hand: nothing, or a part of one. */
type CompletedResult = Partial<Pick<ReconciledDay, 'kind' | 'counts'>> | undefined | null;

/** Every kind, so that a kind without breaks is 0. */
function breaksOf(counts: Readonly<Record<string, number>>): Record<BreakKind, number> {
  return Object.fromEntries(BREAK_KIND_NAMES.map((kind) => [kind, counts[kind] ?? 0])) as Record<
    BreakKind,
    number
  >; // every kind has its entry
}
