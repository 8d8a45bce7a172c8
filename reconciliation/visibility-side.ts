import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { ownOrder } from '../client/own-order';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { endedFromOutside, PURCHASE_RUNS } from '../client/run-status';
import { internalPurchase, type InternalPurchase, type InternalSide } from './internal-purchase';

/** Purchases per page of visibility; a server's default maximum. */
const PAGE_SIZE = 1000;
const { purchaseDay, purchaseId, purchaseState, needsAttention } = SEARCH_ATTRIBUTES;

/** A purchase cannot be read. A reconciliation without it would be wrong, so there is none. */
export class InternalSideUnreadable extends Error {
  override readonly name = 'OurSideUnreadable'; // the failure's type in histories;

  constructor(cause: PayloadUnreadable) {
    super(`Nothing was reconciled, since not all of our purchases can be read: ${cause.message}.`, { cause });
  }
}

/** Our side from Temporal's visibility alone: memo and search attributes, no history (design decision 8). */
export class VisibilitySide implements InternalSide {
  constructor(private readonly client: Client) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    yield* this.listed(`${purchaseDay.name} = '${day}'`);
  }

  /** The server's count of a day's purchases, for progress only: it counts every run of a purchase that was reset. */
  async count(day: LocalDay): Promise<number> {
    const { count } = await this.client.workflow.count(purchases(`${purchaseDay.name} = '${day}'`));
    return count;
  }

  async find(id: PurchaseId): Promise<InternalPurchase | undefined> {
    for await (const purchase of this.listed(`${purchaseId.name} = '${id}'`)) return purchase;
    return undefined;
  }

  async findAll(ids: readonly PurchaseId[]): Promise<readonly InternalPurchase[]> {
    const named = ids.map((id) => `'${id}'`).join(', ');
    const all: InternalPurchase[] = [];
    for await (const purchase of this.listed(`${purchaseId.name} IN (${named})`)) all.push(purchase);
    return all;
  }

  /** @param condition must hold for all runs of a purchase or for none: the latest run is listed first, and only it is used */
  private async *listed(condition: string): AsyncGenerator<InternalPurchase> {
    const query = purchases(condition);
    const seen = new Set<string>();
    try {
      for await (const execution of this.client.workflow.list({ query, pageSize: PAGE_SIZE })) {
        if (seen.has(execution.workflowId)) continue; // a reset has replaced this run
        seen.add(execution.workflowId);
        yield visiblePurchase(execution);
      }
    } catch (fault) {
      if (fault instanceof PayloadUnreadable) throw new InternalSideUnreadable(fault);
      throw fault;
    }
  }
}

/** Notices carry some of the purchases' search attributes too. */
function purchases(condition: string): string {
  return `${PURCHASE_RUNS} AND ${condition}`;
}

/** A purchase from its memo and search attributes. */
function visiblePurchase(execution: WorkflowExecutionInfo): InternalPurchase {
  const order = ownOrder(execution);
  const attributes = execution.typedSearchAttributes;
  const state = (attributes.get(purchaseState) ?? 'accepted') as PurchaseState; // written by start and workflow only
  return internalPurchase(order, {
    day: attributes.get(purchaseDay) as LocalDay, // written at every start
    state,
    closedAt: execution.closeTime?.getTime() ?? null,
    needsAttention: endedFromOutside(execution.status.name) || (attributes.get(needsAttention) ?? false),
  });
}
