import { condition, defineUpdate, setHandler } from '@temporalio/workflow';
import { CANCEL_UPDATE, DECIDE_UPDATE } from '../../domain/purchase/protocol';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../../domain/purchase/purchase';

/** Whoever takes the tasks of a workflow at Temporal: each update is answered by a copy of what another was answered with. */
async function copying(order: PurchaseOrder): Promise<void> {
  setHandler(defineUpdate<Purchase>(CANCEL_UPDATE), () => acceptedPurchase(order));
  setHandler(defineUpdate(DECIDE_UPDATE), () => ({ applied: true, answers: 'another' }));
  await condition(() => false);
}

export { copying as case, copying as purchase };
