import { condition, continueAsNew, proxyActivities, upsertSearchAttributes } from '@temporalio/workflow';
import type { Sale } from '../../activities/gateway-activities';
import type { CommandResult } from '../../domain/command-result';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseState } from '../../domain/purchase/states';

interface Activities {
  registerPackage(sale: Pick<Sale, 'purchaseId'>): Promise<CommandResult>;
  chargeSubscriber(sale: Pick<Sale, 'purchaseId'>): Promise<CommandResult>;
}

const { registerPackage, chargeSubscriber } = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
});

/** As little of a purchase as readers need that continues as new: one run registers, the next one charges and waits. */
export async function purchase(
  order: PurchaseOrder,
  policy: PurchasePolicy,
  isSecondRun = false,
): Promise<void> {
  if (!isSecondRun) {
    moveTo('registering');
    await registerPackage(order);
    await continueAsNew<typeof purchase>(order, policy, true);
  }
  moveTo('charging');
  await chargeSubscriber(order);
  await condition(() => false);
}

function moveTo(state: PurchaseState): void {
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.purchaseState, value: state },
    { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
    { key: SEARCH_ATTRIBUTES.attentionReason, value: 'no_answer' },
  ]);
}
