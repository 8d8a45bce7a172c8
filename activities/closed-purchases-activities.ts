import type { ClosedPurchase, ClosedPurchaseStatus, SweepResult } from '../domain/case/closed-purchases';
import { withHeartbeat } from './heartbeat';

/** What the sweep needs of `client/`, which an activity may not import; passed in by `worker.ts`. */
export interface ClosedPurchasesTools {
  /** Purchases that were ended from outside and have no case yet, as many as one sweep takes on. */
  withoutCase(): Promise<ClosedPurchase[]>;
  /** Opens a case about each of them; one that has a case already counts as opened. */
  openCases(purchases: readonly ClosedPurchase[]): Promise<SweepResult>;
  /** The status of a purchase that was found cut off. */
  standing(purchase: ClosedPurchase): Promise<ClosedPurchaseStatus>;
}

export function createClosedPurchasesActivities(tools: ClosedPurchasesTools) {
  return {
    /** Finds purchases that ended otherwise than by their own code. */
    findClosedPurchases: (): Promise<ClosedPurchase[]> =>
      withHeartbeat('purchases that were ended from outside', () => tools.withoutCase()),

    /** Opens the cases of a sweep; may be repeated, since each case is opened once. */
    openClosedCases: (purchases: readonly ClosedPurchase[]): Promise<SweepResult> =>
      withHeartbeat('cases about purchases that were ended from outside', () => tools.openCases(purchases)),

    /** Asked before a case refunds: after a reset, the purchase may continue. */
    closedStanding: (purchase: ClosedPurchase): Promise<ClosedPurchaseStatus> => tools.standing(purchase),
  };
}

export type ClosedPurchasesActivities = ReturnType<typeof createClosedPurchasesActivities>;
