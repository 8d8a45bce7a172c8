import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { purchaseOfWorkflow, type ChannelName, type ExternalId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PackageCode, PaymentForm } from '../domain/catalogue/packages';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { Vnd } from '../domain/vnd';
import { historyOf } from '../client/history/purchase-history';
import { derivePurchaseId } from '../client/purchase-id';
import { listedOrder } from '../client/searchable-order';
import { searchableReason, searchableState } from '../client/searchable-state';
import {
  decodeRun,
  claimed,
  executions,
  inGroups,
  withoutMemo,
  workflowIdOf,
  type RawExecution,
  type RunInfo,
} from '../client/visibility-pages';
import { runsBehind } from '../client/purchase-runs';
import { isCutOff, PURCHASE_RUNS } from '../client/run-status';
import { isUnknownWorkflow } from '../client/temporal-answers';
import { equals, MAX_IDS_PER_QUERY } from '../client/visibility-query';
import type { ArchivedPurchase, ArchivedRun, UnreadablePurchase } from './archived-purchase';
import type { ListedPurchase, PurchaseSource } from './export-day';
import { historyPayloads } from '../client/history/history-payloads';
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
    for await (const group of inGroups(executions(this.client, query, PAGES), MAX_IDS_PER_QUERY))
      for (const raw of await runsBehind(this.client, group)) {
        if (seen.has(workflowIdOf(raw))) continue; // a reset has replaced this run
        seen.add(workflowIdOf(raw));
        if (claimed(raw, SEARCH_ATTRIBUTES.purchaseDay) !== day) continue; // a copy of its start claims this one
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
      const order = listedOrder(await decodeRun(this.client, raw));
      const payloads = historyPayloads(this.client, info.workflowId);
      const { refund: _, ...told } = await fromHistory(order, events, payloads, pending);
      const reason = isCutOff(info) ? 'workflow_closed' : searchableReason(info);
      return {
        ...common(info, searchableState(info)),
        unreadable: false,
        attentionReason: reason,
        order,
        ...told,
      };
    } catch (fault) {
      return unreadable(info, fault);
    }
  }

  /** Retries leave no event until an activity ends: only the server's description counts them. */
  private async pendingAttempts({ workflowId, runId }: RunInfo): Promise<Map<string, number>> {
    const { namespace } = this.client.options;
    const execution = { workflowId, runId };
    const raw = await this.client.workflowService.describeWorkflowExecution({ namespace, execution }); // decodes no memo
    return new Map(
      (raw.pendingActivities ?? []).map(({ activityId, attempt }) => [activityId ?? '', attempt ?? 0]),
    );
  }
}

function common(info: RunInfo, state: PurchaseState) {
  const attributes = info.typedSearchAttributes;
  const run: ArchivedRun = {
    workflowId: info.workflowId,
    runId: info.runId,
    status: info.status.name,
    startedAt: info.startTime.toISOString(),
    closedAt: info.closeTime?.toISOString() ?? null,
  };
  return {
    purchaseId: derivePurchaseId(...identityOf(info.workflowId)), // no run takes another purchase's place
    day: attributes.get(SEARCH_ATTRIBUTES.purchaseDay) as LocalDay, // it was found by it
    state,
    outcome: isOutcome(state) ? state : null,
    needsAttention: isCutOff(info) || (attributes.get(SEARCH_ATTRIBUTES.needsAttention) ?? false),
    run,
  };
}

/** Search attributes and the workflow's id are in clear, whatever became of the payloads; a stranger's may be missing. */
function unreadable(info: RunInfo, fault: unknown): UnreadablePurchase {
  const attributes = info.typedSearchAttributes;
  const [channel, externalId] = identityOf(info.workflowId);
  return {
    ...common(info, stateIfAny(info)),
    unreadable: true,
    why: fault instanceof Error ? fault.message : String(fault),
    channel,
    externalId,
    package: (attributes.get(SEARCH_ATTRIBUTES.packageCode) ?? null) as PackageCode | null, // these four are written at
    paymentForm: (attributes.get(SEARCH_ATTRIBUTES.paymentForm) ?? null) as PaymentForm | null, // every start by the API
    faceValue: (attributes.get(SEARCH_ATTRIBUTES.faceValue) ?? null) as Vnd | null,
    discountAmount: (attributes.get(SEARCH_ATTRIBUTES.discountAmount) ?? null) as Vnd | null,
  };
}

function stateIfAny(info: RunInfo): PurchaseState {
  try {
    return searchableState(info);
  } catch {
    return 'accepted'; // a stranger's
  }
}

/** The channel and its order id; of a workflow that is no purchase of ours by its id, that id alone. */
function identityOf(workflowId: string): [ChannelName, ExternalId] {
  try {
    const { channel, externalId } = purchaseOfWorkflow(workflowId);
    return [channel, externalId];
  } catch {
    return ['' as ChannelName, workflowId as ExternalId]; // no channel has an empty name
  }
}
