import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { AttentionReason } from '../domain/purchase/attention';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PackageCode, PaymentForm } from '../domain/catalogue/packages';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { Vnd } from '../domain/vnd';
import { historyOf } from '../client/history/purchase-history';
import { workflowIdOf } from '../client/purchase-runs';
import {
  decodeRun,
  executions,
  withoutMemo,
  type RawExecution,
  type RunInfo,
} from '../client/visibility-pages';
import { endedFromOutside, PURCHASE_RUNS } from '../client/run-status';
import { isUnknownWorkflow } from '../client/temporal-answers';
import { equals } from '../client/visibility-query';
import type { ArchivedPurchase, ArchivedRun, UnreadablePurchase } from './archived-purchase';
import type { ListedPurchase, PurchaseSource } from './export-day';
import { historyPayloads } from '../client/history/history-payloads';
import { ownOrder } from '../client/own-order';
import { fromHistory } from '../client/history/read-purchase';

/** The most that a server gives by default; an export takes the time that it takes. */
const PAGES = { pageSize: 1000, deadlineMs: 'none' } as const;
const NONE_PENDING: ReadonlyMap<string, number> = new Map();

/** Purchases from Temporal: listed by its index, read from their histories. */
export class TemporalPurchaseSource implements PurchaseSource {
  constructor(private readonly client: Client) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<ListedPurchase> {
    const query = `${PURCHASE_RUNS} AND ${equals(SEARCH_ATTRIBUTES.purchaseDay, day)}`;
    const seen = new Set<string>();
    for await (const raw of executions(this.client, query, PAGES)) {
      if (seen.has(workflowIdOf(raw))) continue; // a reset has replaced this run
      seen.add(workflowIdOf(raw));
      yield { runId: raw.execution?.runId ?? '', read: () => this.read(raw) };
    }
  }

  async keptSince(): Promise<number | undefined> {
    const { namespace } = this.client.options;
    const { config } = await this.client.workflowService.describeNamespace({ namespace });
    const retention = config?.workflowExecutionRetentionTtl;
    return retention ? Date.now() - tsToMs(retention) : undefined;
  }

  private async read(raw: RawExecution): Promise<ArchivedPurchase | undefined> {
    try {
      return await this.archived(raw);
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return undefined; // retention was faster than we
      throw fault;
    }
  }

  private async archived(raw: RawExecution): Promise<ArchivedPurchase> {
    const info = await decodeRun(this.client, withoutMemo(raw));
    const events = await historyOf(this.client, info);
    const pending = info.status.name === 'RUNNING' ? await this.pendingAttempts(info) : NONE_PENDING;
    try {
      const order = ownOrder(await decodeRun(this.client, raw));
      const payloads = historyPayloads(this.client, info.workflowId);
      const { refund: _, ...told } = await fromHistory(order, events, payloads, pending);
      const { typedSearchAttributes: attributes } = info;
      const cutOff = endedFromOutside(info.status.name) ? 'workflow_closed' : undefined;
      const called = attributes.get(SEARCH_ATTRIBUTES.attentionReason) as AttentionReason | undefined; // written by the workflow only
      return {
        ...common(info),
        unreadable: false,
        attentionReason: cutOff ?? called ?? null,
        order,
        ...told,
      };
    } catch (fault) {
      return unreadable(info, fault);
    }
  }

  /** Retries leave no event until an activity ends: only the server's description counts them. */
  private async pendingAttempts({ workflowId, runId }: RunInfo): Promise<Map<string, number>> {
    const { raw } = await this.client.workflow.getHandle(workflowId, runId).describe();
    return new Map(
      (raw.pendingActivities ?? []).map(({ activityId, attempt }) => [activityId ?? '', attempt ?? 0]),
    );
  }
}

function common(info: RunInfo) {
  const attributes = info.typedSearchAttributes;
  const state = (attributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted') as PurchaseState; // written by start and workflow only
  const run: ArchivedRun = {
    workflowId: info.workflowId,
    runId: info.runId,
    status: info.status.name,
    startedAt: info.startTime.toISOString(),
    closedAt: info.closeTime?.toISOString() ?? null,
  };
  return {
    purchaseId: attributes.get(SEARCH_ATTRIBUTES.purchaseId) as PurchaseId, // these two are written at every start
    day: attributes.get(SEARCH_ATTRIBUTES.purchaseDay) as LocalDay,
    state,
    outcome: isOutcome(state) ? state : null,
    needsAttention:
      endedFromOutside(info.status.name) || (attributes.get(SEARCH_ATTRIBUTES.needsAttention) ?? false),
    run,
  };
}

/** Search attributes and the workflow's id are in clear, whatever became of the payloads. */
function unreadable(info: RunInfo, fault: unknown): UnreadablePurchase {
  const attributes = info.typedSearchAttributes;
  return {
    ...common(info),
    unreadable: true,
    why: fault instanceof Error ? fault.message : String(fault),
    ...purchaseOfWorkflow(info.workflowId),
    package: attributes.get(SEARCH_ATTRIBUTES.packageCode) as PackageCode, // these four are written at every start
    paymentForm: attributes.get(SEARCH_ATTRIBUTES.paymentForm) as PaymentForm,
    faceValue: attributes.get(SEARCH_ATTRIBUTES.faceValue) as Vnd,
    discountAmount: (attributes.get(SEARCH_ATTRIBUTES.discountAmount) ?? null) as Vnd | null,
  };
}
