import type { FinalTransactionState } from '../domain/gateway-verdict';
import type { PurchaseOrder } from '../domain/purchase/purchase';

/** Passed in by `worker.ts`. */
export type OpenTakenCase = (purchase: PurchaseOrder, state: FinalTransactionState) => Promise<void>;

export function createTakenCaseActivities(open: OpenTakenCase) {
  return {
    /**
     * Asked for as MobiFone denies a charge that a person had stated, and the id of the case is taken: by ours, where the
     * purchase was reset, or by anybody who can write to Temporal and knows which ids will come. That the purchase is the
     * workflow's own is held by `requireOwnPurchase` of the worker (I18).
     */
    openTakenCase: (purchase: PurchaseOrder, state: FinalTransactionState): Promise<void> =>
      open(purchase, state),
  };
}

export type TakenCaseActivities = ReturnType<typeof createTakenCaseActivities>;
