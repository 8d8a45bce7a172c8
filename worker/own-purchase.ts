import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { batchNoticeIdOf, derivePurchaseId } from '../client/purchase-id';
import {
  BATCH_NOTICE_IDS,
  purchaseOfWorkflow,
  type BatchId,
  type ChannelName,
  type ExternalId,
} from '../domain/identifiers';
import { ELIGIBILITY_ACTIVITY } from '../domain/catalogue/eligibility';
import { GATEWAY_HEALTH_ACTIVITY } from '../domain/gateway-health';
import { BATCH_NOTICE_WORKFLOWS } from '../domain/notice/protocol';
import { TEST_NOTICE_ACTIVITY } from '../domain/notice/test-notice';
import { INQUIRY_ACTIVITY } from '../domain/purchase/sale';
import { mayBeOfType } from '../domain/typed-activity-id';

/** The type of the failure by which an activity refuses another purchase's data. */
export const FOREIGN_PURCHASE = 'ForeignPurchase';
/** The type of the failure by which an activity refuses the input of one of another type. */
export const FOREIGN_TYPE = 'ForeignType';

/** What we ask for without a workflow; none of it sells, undoes or tells of a purchase. */
const ASKED_ALONE: ReadonlySet<string> = new Set([
  ELIGIBILITY_ACTIVITY,
  GATEWAY_HEALTH_ACTIVITY,
  INQUIRY_ACTIVITY,
  TEST_NOTICE_ACTIVITY,
]);

/**
 * Lets no activity act on another purchase than its workflow's own, nor notify another channel than that of its order:
 * payloads under an older key are not bound to their workflow, so that one could have been moved here in Temporal's
 * storage (I18). Without a workflow only questions are answered: the input of one, which Temporal keeps, is bound to its id and not
 * to its type, so that it could be sent as that of a rollback or a charge.
 */
export const requireOwnPurchase: ActivityInterceptorsFactory = (context: Context) => ({
  inbound: {
    async execute(input, next) {
      const { workflowExecution, activityType } = context.info;
      const workflowId = workflowExecution?.workflowId;
      if (workflowId === undefined && !ASKED_ALONE.has(activityType)) {
        throw ApplicationFailure.nonRetryable(
          `nothing was done: ${activityType} belongs to a workflow`,
          FOREIGN_PURCHASE,
        );
      }
      const own = workflowId === undefined ? undefined : subjectOf(workflowId);
      const foreign = own && subjectsIn(input.args).find((id) => id !== own);
      if (foreign === undefined) return next(input);
      throw ApplicationFailure.create({
        type: FOREIGN_PURCHASE,
        message: `nothing was done: the input is of ${foreign}, and the workflow is of ${own}`,
      });
    },
  },
});

/**
 * Lets no activity of a workflow be made under the id of one of another type, which the stored input of that one is bound
 * to: whoever takes a workflow's task by a worker of their own could have a rollback made of what was to be registered (I18).
 */
export const requireOwnType: ActivityInterceptorsFactory = ({ info }: Context) => ({
  inbound: {
    execute(input, next) {
      const { activityId, activityType, workflowExecution } = info;
      if (workflowExecution === undefined || mayBeOfType(activityId, activityType)) return next(input);
      const message = `nothing was done: the activity "${activityId}" is not of the type ${activityType}`;
      throw ApplicationFailure.create({ type: FOREIGN_TYPE, message });
    },
  },
});

/** The purchase that a workflow is of by its id, or the notice of a batch; undefined for the workflow of neither. */
function subjectOf(workflowId: string): string | undefined {
  if (workflowId.startsWith('purchase:')) {
    const { channel, externalId } = purchaseOfWorkflow(workflowId);
    return derivePurchaseId(channel, externalId);
  }
  if (workflowId.startsWith(BATCH_NOTICE_WORKFLOWS)) {
    return `${BATCH_NOTICE_IDS}${workflowId.slice(BATCH_NOTICE_WORKFLOWS.length)}`;
  }
  return /pur_[a-z2-7]{26}/.exec(workflowId)?.[0]; // of a case or a notice
}

/** The purchases and notices of batches that arguments name. A notice comes after its channel: its id is derived from both. */
function subjectsIn([first, ...rest]: readonly unknown[]): string[] {
  const channel = typeof first === 'string' ? (first as ChannelName) : undefined; // if it is none, no id is derived from it
  return [first, ...rest].flatMap((arg) => {
    if (typeof arg !== 'object' || arg === null) return [];
    const { purchaseId, externalId, batchId } = arg as Partial<Record<string, unknown>>; // read, and not trusted
    const told = typeof purchaseId === 'string' ? [purchaseId] : [];
    if (channel === undefined) return told;
    if (typeof externalId === 'string')
      told.push(derivePurchaseId(channel, externalId as ExternalId)); // only hashed
    else if (typeof batchId === 'string') told.push(batchNoticeIdOf(channel, batchId as BatchId)); // only hashed
    return told;
  });
}
