import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import type { FinalTransactionState } from '../../domain/gateway-verdict';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { caseStart, caseSummary } from '../../domain/case/start';
import { NO_SETTLEMENT_FILE, type CaseOrder } from '../../domain/case/case';
import { caseId, transactionId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { purchaseCase } from './case';

/**
 * Opens a case about a sale that a person settled as charged and whose charge MobiFone denies: the package is active and
 * MobiFone was not paid for it. It is opened once, and outlives the purchase.
 */
export async function openContradictionCase(
  purchase: PurchaseOrder,
  policy: PurchasePolicy,
  state: FinalTransactionState,
): Promise<void> {
  const reference = transactionId(purchase.purchaseId, 'registration');
  const subject = { kind: 'reversal', reference } as const;
  const at = new Date();
  const order: CaseOrder = {
    id: caseId(purchase.purchaseId, subject),
    subject,
    purchase,
    outcome: 'succeeded',
    evidence: {
      day: localDay(at),
      breakKind: 'missing_there',
      atStake: purchase.faceValue,
      references: [reference],
      detail: `an operator settled the charge as made while MobiFone was silent; MobiFone answers that it is ${state}`,
      settlementFile: NO_SETTLEMENT_FILE,
    },
    openedAt: at.toISOString(),
    by: 'datacode',
    why: 'MobiFone contradicts an operator’s decision',
  };
  try {
    await startChild<typeof purchaseCase>(CASE_WORKFLOW, {
      workflowId: order.id,
      args: [order, policy],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: caseSummary(order),
      ...caseStart(order),
    });
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure; // opened before
  }
}
