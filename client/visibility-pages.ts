import type { Client } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import type { AttentionReason } from '../domain/purchase/attention';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import type { PayloadUnreadable } from '../encryption/payload-unreadable';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { FoundPurchase } from './purchase-search';
import { readable } from './readable';
import { latestRuns } from './purchase-runs';
import { endedFromOutside } from './run-status';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/** One page of what a query finds, and Temporal's place for the next; empty at the end. */
export interface VisibilityPage {
  purchases: FoundPurchase[];
  /** For each purchase of the page besides, why it cannot be read. */
  unreadable: readonly PayloadUnreadable[];
  nextToken: Uint8Array;
}

const NOWHERE = new Uint8Array();

/**
 * Reads one page of Temporal's index. The client's own `list` hides the place of a page, which a channel is to keep.
 * A run that a reset has replaced is left out, so a page may hold fewer purchases than it could.
 * @param token the page's place; none begins the list
 */
export async function readPage(
  client: Client,
  query: string,
  pageSize: number,
  token: Uint8Array = NOWHERE,
): Promise<VisibilityPage> {
  const { namespace, loadedDataConverter } = client.options;
  const page = await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.listWorkflowExecutions({ namespace, query, pageSize, nextPageToken: token }),
  );
  const latest = await latestRuns(client, page.executions);
  const { read, unreadable } = await readable(
    latest.map((raw) => executionInfoFromRaw(raw, loadedDataConverter, raw, namespace)),
  );
  return { purchases: read.map(foundPurchase), unreadable, nextToken: page.nextPageToken };
}

type ExecutionInfo = Pick<
  Awaited<ReturnType<typeof executionInfoFromRaw>>,
  'memo' | 'typedSearchAttributes' | 'status'
>;

function foundPurchase({ memo, typedSearchAttributes, status }: ExecutionInfo): FoundPurchase {
  const reason = typedSearchAttributes.get(SEARCH_ATTRIBUTES.attentionReason);
  const state = (typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted') as PurchaseState; // written by us only
  return {
    order: memo?.['order'] as PurchaseOrder, // written at the start, and by nothing else
    state,
    outcome: isOutcome(state) ? state : null,
    needsAttention:
      typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention) === true || endedFromOutside(status.name),
    attentionReason: endedFromOutside(status.name)
      ? 'workflow_closed'
      : ((reason ?? null) as AttentionReason | null), // by us only
  };
}
