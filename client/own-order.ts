import type { WorkflowExecutionInfo } from '@temporalio/client';
import { purchaseWorkflowId } from '../domain/identifiers';
import { faultyField, ORDER_FIELDS } from '../domain/purchase/order-fields';
import type { Purchase, PurchaseOrder } from '../domain/purchase/purchase';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';

/**
 * The order in a purchase's memo; undefined where a person started the workflow by hand.
 * @throws PayloadUnreadable if it is the order of another purchase, or none
 */
export function ownOrderIfAny({
  workflowId,
  memo,
}: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo'>): PurchaseOrder | undefined {
  const order: unknown = memo?.['order'];
  if (order === undefined) return undefined;
  if (!isOrder(order)) throw new PayloadUnreadable('no_order', NO_KEY);
  requireOwnOrder(workflowId, order);
  return order;
}

/**
 * The same, of a purchase that the API started.
 * @throws PayloadUnreadable also if it has no order
 */
export function ownOrder(info: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo'>): PurchaseOrder {
  const order = ownOrderIfAny(info);
  if (!order) throw new PayloadUnreadable('no_order', NO_KEY);
  return order;
}

/** Whether a value is the whole order of the purchase that a workflow is. */
export function isOwnOrder(workflowId: string, value: unknown): boolean {
  return isOrder(value) && purchaseWorkflowId(value.channel, value.externalId) === workflowId;
}

/** Anyone who can write to Temporal can start a workflow of this type with any memo. */
function isOrder(value: unknown): value is PurchaseOrder {
  if (typeof value !== 'object' || value === null || faultyField(value, ORDER_FIELDS) !== undefined)
    return false;
  const { package: product, discount } = value as { package: object; discount: object }; // of `ORDER_FIELDS`
  return (
    faultyField(product, { code: 'string', name: 'string' }) === undefined &&
    faultyField(discount, { amount: 'number' }) === undefined
  );
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

/**
 * The purchase that a workflow gave as its result or answer.
 * @throws PayloadUnreadable if it is that of another purchase, or none: whoever can write to Temporal can complete a workflow
 *   without a result
 */
export function requireOwnPurchase(workflowId: string, told: Purchase | undefined): Purchase {
  if (typeof told?.order !== 'object') throw new PayloadUnreadable('no_order', NO_KEY);
  requireOwnOrder(workflowId, told.order);
  return told;
}

/**
 * Whether a purchase tells its end, with nothing left to do. An answer to a query or an update is encrypted as its result is, and
 * could be given for it: such a one is that of a purchase which is not done.
 */
export function isWhole({ outcome, steps }: Purchase): boolean {
  if (outcome === null || !Array.isArray(steps) || steps.some(({ status }) => status === 'running'))
    return false;
  return (
    outcome === 'succeeded' || steps.some(({ step, status }) => step === 'refund_notice' && status === 'done')
  );
}
