import { caseId, transactionId } from '../identifiers';
import type { FinalTransactionState } from '../gateway-verdict';
import { localDay } from '../local-time';
import type { PurchaseOrder } from '../purchase/purchase';
import { NO_SETTLEMENT_FILE, type CaseOrder } from './case';

/**
 * The case about a sale that a person settled as charged and whose charge MobiFone denies: the package is active and
 * MobiFone was not paid for it.
 */
export function contradictionCase(
  purchase: PurchaseOrder,
  state: FinalTransactionState,
  at: Date,
): CaseOrder {
  const reference = transactionId(purchase.purchaseId, 'registration');
  const subject = { kind: 'reversal', reference } as const;
  return {
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
}
