import type { Client } from '@temporalio/client';
import type { PurchaseId } from '../domain/identifiers';
import { localDay, type LocalDay } from '../domain/local-time';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { purchasesBehind } from '../client/purchase-runs';
import { listedOrder } from '../client/searchable-order';
import { searchableState } from '../client/searchable-state';
import {
  executions,
  inGroups,
  workflowIdOf,
  type RawExecution,
  type RunInfo,
  type UnreadableRun,
} from '../client/visibility-pages';
import { MAX_IDS_PER_QUERY } from '../client/visibility-query';
import { isCutOff, PURCHASE_RUNS } from '../client/run-status';
import { internalPurchase, type InternalPurchase, type InternalSide } from './internal-purchase';

/** The most that a server gives by default; a comparison takes the time that it takes. */
const PAGES = { pageSize: 1000, deadlineMs: 'none' } as const;
const { purchaseDay, purchaseId, needsAttention } = SEARCH_ATTRIBUTES;

/** Rows that a message names; the others are counted. */
const MAX_NAMED = 20;

/** Purchases cannot be read. A reconciliation without them would be wrong, so there is none. */
export class InternalSideUnreadable extends Error {
  override readonly name = 'OurSideUnreadable'; // the failure's type in histories;

  constructor(rows: readonly UnreadableRun[]) {
    const named = rows.slice(0, MAX_NAMED).map(({ workflowId, fault }) => `${workflowId} (${fault.message})`);
    const more = rows.length > MAX_NAMED ? `; and ${rows.length - MAX_NAMED} more` : '';
    super(
      `Nothing was reconciled, since not all of our purchases can be read: ${named.join('; ')}${more}. ` +
        'See docs/runbooks.md, "strange purchase".',
      { cause: rows[0]?.fault },
    );
  }
}

/** Our side from Temporal's visibility alone: memo and search attributes, no history (design decision 8). */
export class VisibilitySide implements InternalSide {
  constructor(private readonly client: Client) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    for await (const purchase of this.listed(`${purchaseDay.name} = '${day}'`))
      if (purchase.day === day) yield purchase; // a copy of its start may claim another
  }

  /** The server's count of a day's purchases, for progress only: it counts every run of a purchase that was reset. */
  async count(day: LocalDay): Promise<number> {
    const { count } = await this.client.workflow.count(purchases(`${purchaseDay.name} = '${day}'`));
    return count;
  }

  async find(id: PurchaseId): Promise<InternalPurchase | undefined> {
    for await (const purchase of this.listed(`${purchaseId.name} = '${id}'`))
      if (purchase.purchaseId === id) return purchase;
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
    const unreadable: UnreadableRun[] = [];
    for await (const group of inGroups(this.latest(purchases(condition)), MAX_IDS_PER_QUERY)) {
      const page = await purchasesBehind(this.client, group, visiblePurchase);
      unreadable.push(...page.unreadable);
      yield* page.read;
    }
    if (unreadable.length > 0) throw new InternalSideUnreadable(unreadable);
  }

  private async *latest(query: string): AsyncGenerator<RawExecution> {
    const seen = new Set<string>();
    for await (const raw of executions(this.client, query, PAGES)) {
      if (seen.has(workflowIdOf(raw))) continue; // a reset has replaced this run
      seen.add(workflowIdOf(raw));
      yield raw;
    }
  }
}

/** Notices carry some of the purchases' search attributes too. */
function purchases(condition: string): string {
  return `${PURCHASE_RUNS} AND ${condition}`;
}

/** A purchase from its memo and search attributes. */
function visiblePurchase(execution: RunInfo): InternalPurchase {
  const order = listedOrder(execution);
  const attributes = execution.typedSearchAttributes;
  return internalPurchase(order, {
    day: localDay(new Date(order.acceptedAt)),
    state: searchableState(execution),
    closedAt: execution.closeTime?.getTime() ?? null,
    needsAttention: isCutOff(execution) || (attributes.get(needsAttention) ?? false),
  });
}
