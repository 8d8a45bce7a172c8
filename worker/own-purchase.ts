import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { derivePurchaseId } from '../client/purchase-id';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';

/** The type of the failure by which an activity refuses another purchase's data. */
export const FOREIGN_PURCHASE = 'ForeignPurchase';

/**
 * Lets no activity act on another purchase than its workflow's own: payloads under an older key are not bound to their
 * workflow, so that one could have been moved here in Temporal's storage (I18).
 */
export const requireOwnPurchase: ActivityInterceptorsFactory = (context: Context) => ({
  inbound: {
    async execute(input, next) {
      const workflowId = context.info.workflowExecution?.workflowId;
      const own = workflowId === undefined ? undefined : purchaseIn(workflowId);
      const foreign = own && purchasesIn(input.args).find((id) => id !== own);
      if (foreign === undefined) return next(input);
      throw ApplicationFailure.create({
        type: FOREIGN_PURCHASE,
        message: `nothing was done: the input is of purchase ${foreign}, and the workflow is of ${own}`,
      });
    },
  },
});

/** The purchase that a workflow is of by its id; undefined for the workflow of no single purchase. */
function purchaseIn(workflowId: string): PurchaseId | undefined {
  if (workflowId.startsWith('purchase:')) {
    const { channel, externalId } = purchaseOfWorkflow(workflowId);
    return derivePurchaseId(channel, externalId);
  }
  return /pur_[a-z2-7]{26}/.exec(workflowId)?.[0] as PurchaseId | undefined; // of a case or a notice
}

/** The purchases that arguments name, as sales and notices do. */
function purchasesIn(args: readonly unknown[]): string[] {
  return args.flatMap((arg) =>
    typeof arg === 'object' && arg !== null && 'purchaseId' in arg && typeof arg.purchaseId === 'string'
      ? [arg.purchaseId]
      : [],
  );
}
