import type { WorkflowExecutionInfo } from '@temporalio/client';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';

/**
 * The order in a purchase's memo; undefined where a person started the workflow by hand.
 * @throws PayloadUnreadable if it is the order of another purchase
 */
export function ownOrderIfAny({
  workflowId,
  memo,
}: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo'>): PurchaseOrder | undefined {
  const order = memo?.['order'] as PurchaseOrder | undefined; // written at every start by the API, and by nothing else
  if (order) requireOwnOrder(workflowId, order);
  return order;
}

/** The same, of a purchase that the API started. */
export function ownOrder(info: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo'>): PurchaseOrder {
  return ownOrderIfAny(info) as PurchaseOrder; // written at every start
}

/**
 * What one channel ordered is never shown to another, whatever was moved in Temporal's storage (I9, I18). Payloads under
 * an older key are not bound to their workflow; the order itself is.
 * @throws PayloadUnreadable if it is the order of another purchase
 */
export function requireOwnOrder(
  workflowId: string,
  { channel, externalId }: Pick<PurchaseOrder, 'channel' | 'externalId'>,
): void {
  const own = purchaseWorkflowId(channel, externalId);
  if (own !== workflowId) throw new PayloadUnreadable('moved', NO_KEY, own);
}
