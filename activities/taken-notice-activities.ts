import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { batchWorkflowId, type ChannelName } from '../domain/identifiers';
import { isBatchNotice, type AddressedNotice } from '../domain/notice/notice';

/** Whether ours was there, or was started in the place of another. */
export type TakenNotice = 'ours' | 'started';
/** Passed in by `worker.ts`. */
export type StartTakenNotice = (addressed: AddressedNotice) => Promise<TakenNotice>;

export function createTakenNoticeActivities(start: StartTakenNotice) {
  return {
    /**
     * Asked for as a notice is due and its workflow id is taken: by ours, where its workflow was reset, or by anybody who can
     * write to Temporal and knows which ids will come.
     */
    startTakenNotice: async (
      channel: ChannelName,
      notice: AddressedNotice['notice'],
    ): Promise<TakenNotice> => {
      requireOwnNotice(channel, notice);
      return start({ channel, notice });
    },
  };
}

export type TakenNoticeActivities = ReturnType<typeof createTakenNoticeActivities>;

/** That of a batch; of a purchase it is held by `requireOwnPurchase` of the worker (I18). */
function requireOwnNotice(channel: ChannelName, notice: AddressedNotice['notice']): void {
  if (!isBatchNotice(notice)) return;
  if (activityInfo().workflowExecution?.workflowId === batchWorkflowId(channel, notice.batchId)) return;
  throw ApplicationFailure.create({
    type: 'ForeignBatch',
    message: `nothing was started: the notice is of batch ${notice.batchId} of ${channel}`,
  });
}
