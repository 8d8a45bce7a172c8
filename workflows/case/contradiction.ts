import { CancellationScope, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import type { TakenCaseActivities } from '../../activities/taken-case-activities';
import type { FinalTransactionState } from '../../domain/gateway-verdict';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { contradictionCase } from '../../domain/case/contradiction';
import { caseStart, caseSummary } from '../../domain/case/start';
import { PRIORITY } from '../../domain/priority';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { purchaseCase } from './case';

/** One round, after which a person is told what is in the way. */
const PATIENCE = '1 minute';

/**
 * Opens the case, see `contradictionCase`. It is opened once, and outlives the purchase.
 * @throws ActivityFailure while another workflow has its id, which may be ours under a key that is missing
 */
export async function openContradictionCase(
  purchase: PurchaseOrder,
  policy: PurchasePolicy,
  state: FinalTransactionState,
): Promise<void> {
  if (await startCase(purchase, policy, state)) return;
  const { openTakenCase } = proxyActivities<TakenCaseActivities>({
    summary: 'Whose is the workflow that has the id of the case?',
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: PATIENCE,
    retry: { initialInterval: '5 seconds', backoffCoefficient: 3 },
    priority: { priorityKey: PRIORITY.paid, fairnessKey: purchase.channel },
  });
  await openTakenCase(purchase, state);
}

/** @returns whether it was started; else its id is taken, by ours or by another, which no workflow can see */
export function startCase(
  purchase: PurchaseOrder,
  policy: PurchasePolicy,
  state: FinalTransactionState,
): Promise<boolean> {
  const order = contradictionCase(purchase, state, new Date());
  return CancellationScope.nonCancellable(async () => {
    try {
      await startChild<typeof purchaseCase>(CASE_WORKFLOW, {
        workflowId: order.id,
        args: [order, policy],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: caseSummary(order),
        ...caseStart(order),
      });
      return true;
    } catch (failure) {
      if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
      return false;
    }
  });
}
