import type { ClosedPurchase, ClosedPurchaseStatus, SweepResult } from '../domain/case/closed-purchases';
import { withHeartbeat } from './heartbeat';

/** What the sweep needs of the rest of the house, handed in by `worker.ts`: an activity may not import `client/`. */
export interface ClosedPurchasesTools {
  /** Purchases that were ended from outside and have no case yet, as many as one sweep takes on. */
  withoutCase(): Promise<ClosedPurchase[]>;
  /** Opens a case about each of them; one that has its case by now counts as opened. */
  openCases(purchases: readonly ClosedPurchase[]): Promise<SweepResult>;
  /** How a purchase stands that was found cut off. */
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

    /** Asked before a case refunds: a reset may have the purchase go on. */
    closedStanding: (purchase: ClosedPurchase): Promise<ClosedPurchaseStatus> => tools.standing(purchase),
  };
}

export type ClosedPurchasesActivities = ReturnType<typeof createClosedPurchasesActivities>;
