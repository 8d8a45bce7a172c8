import type { Client } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { tsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import type { AttentionReason } from '../../domain/attention';
import { purchaseOfWorkflow, type PurchaseId } from '../../domain/identifiers';
import type { LocalDay } from '../../domain/local-time';
import type { PackageCode, PaymentForm } from '../../domain/packages';
import type { PurchaseOrder } from '../../domain/purchase';
import { PURCHASE_WORKFLOW } from '../../domain/purchase-protocol';
import { isOutcome, type PurchaseState } from '../../domain/purchase-states';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { Vnd } from '../../domain/vnd';
import { isUnknownWorkflow } from '../temporal-answers';
import { equals } from '../visibility-query';
import type { ArchivedPurchase, ArchivedRun, UnreadablePurchase } from './archived-purchase';
import type { ListedPurchase, PurchaseSource } from './purchase-source';
import { fromHistory } from './read-purchase';

type RawExecution = temporal.api.workflow.v1.IWorkflowExecutionInfo;
type Info = Awaited<ReturnType<typeof executionInfoFromRaw>>;

/** The most that a server gives by default. */
const PAGE_SIZE = 1000;
const NONE_PENDING: ReadonlyMap<string, number> = new Map();

/** Purchases from Temporal: listed by its index, read from their histories. */
export class TemporalPurchaseSource implements PurchaseSource {
  constructor(private readonly client: Client) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<ListedPurchase> {
    const { namespace } = this.client.options;
    const query = `WorkflowType = '${PURCHASE_WORKFLOW}' AND ${equals(SEARCH_ATTRIBUTES.purchaseDay, day)}`;
    let nextPageToken = new Uint8Array();
    do {
      const page = await this.client.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: PAGE_SIZE,
        nextPageToken,
      });
      for (const raw of page.executions) {
        yield { runId: raw.execution?.runId ?? '', read: () => this.read(raw) };
      }
      nextPageToken = Uint8Array.from(page.nextPageToken);
    } while (nextPageToken.length > 0);
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
    const { namespace, loadedDataConverter } = this.client.options;
    // The memo may be encrypted; the rest never is.
    const info = await executionInfoFromRaw({ ...raw, memo: null }, loadedDataConverter, raw, namespace);
    const history = await this.client.workflow.getHandle(info.workflowId, info.runId).fetchHistory();
    const pending = info.status.name === 'RUNNING' ? await this.pendingAttempts(info) : NONE_PENDING;
    try {
      const { memo } = await executionInfoFromRaw(raw, loadedDataConverter, raw, namespace);
      const order = memo?.['order'] as PurchaseOrder; // written at every start, by nothing else
      const told = await fromHistory(order, history.events ?? [], loadedDataConverter, pending);
      const { typedSearchAttributes: attributes } = info;
      const cutOff = isCutOff(info) ? 'workflow_closed' : undefined;
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
  private async pendingAttempts({ workflowId, runId }: Info): Promise<Map<string, number>> {
    const { raw } = await this.client.workflow.getHandle(workflowId, runId).describe();
    return new Map(
      (raw.pendingActivities ?? []).map(({ activityId, attempt }) => [activityId ?? '', attempt ?? 0]),
    );
  }
}

function common(info: Info) {
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
    needsAttention: isCutOff(info) || (attributes.get(SEARCH_ATTRIBUTES.needsAttention) ?? false),
    run,
  };
}

/** Ended from outside: whatever it had done stands, and a person must look. */
function isCutOff({ status }: Info): boolean {
  return status.name !== 'RUNNING' && status.name !== 'COMPLETED';
}

/** Search attributes and the workflow's id are in clear, whatever became of the payloads. */
function unreadable(info: Info, fault: unknown): UnreadablePurchase {
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
