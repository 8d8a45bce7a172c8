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

/** The type of the failure by which an activity refuses another purchase's data. */
export const FOREIGN_PURCHASE = 'ForeignPurchase';

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
      const foreign = own && subjectsIn(input.args, own).find((id) => id !== own);
      if (foreign === undefined) return next(input);
      throw ApplicationFailure.create({
        type: FOREIGN_PURCHASE,
        message: `nothing was done: the input is of ${foreign}, and the workflow is of ${own}`,
      });
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
function subjectsIn([first, ...rest]: readonly unknown[], own: string): string[] {
  const channel = typeof first === 'string' ? (first as ChannelName) : undefined; // if it is none, no id is derived from it
  return [first, ...rest].flatMap((arg) => {
    if (typeof arg !== 'object' || arg === null) return [];
    const { purchaseId, externalId, batchId, progress } = arg as Partial<Record<string, unknown>>; // read, and not trusted
    const told = typeof purchaseId === 'string' ? [purchaseId] : [];
    if (channel === undefined) return told;
    if (typeof externalId === 'string')
      told.push(derivePurchaseId(channel, externalId as ExternalId)); // only hashed
    else if (typeof batchId === 'string') {
      const ids = batchNoticeIds(channel, batchId, progress);
      told.push(ids.includes(own) ? own : ids[0]);
    }
    return told;
  });
}

/** The ids that the notice of a batch may have, the first of them where a build of before accepted it. */
function batchNoticeIds(channel: ChannelName, batchId: string, progress: unknown): [string, ...string[]] {
  const id = batchId as BatchId; // only hashed
  const former = batchNoticeIdOf(channel, id);
  if (typeof progress !== 'object' || progress === null) return [former];
  const { startedAt } = progress as { startedAt?: unknown }; // when it was accepted; read, and not trusted
  return typeof startedAt === 'string' ? [former, batchNoticeIdOf(channel, id, startedAt)] : [former];
}
