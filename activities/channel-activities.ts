import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { NoticeVerdict, RefundNotice } from '../channel/notice';
import type { ChannelName } from '../domain/identifiers';
import { beating } from './beating';

/** Delivers one notice to a channel's webhook; see `channel/notice.ts`. */
export type DeliverNotice = (
  channel: ChannelName,
  notice: RefundNotice,
  signal: AbortSignal,
) => Promise<NoticeVerdict>;

/** The `type` of the failure that asks for another delivery. */
export const CHANNEL_UNREACHABLE = 'ChannelUnreachable';

export function createChannelActivities(deliver: DeliverNotice) {
  return {
    /** Step (6.3): tells the channel to refund its customer, under the same id however often it takes (I5). */
    noticeRefund: (channel: ChannelName, notice: RefundNotice): Promise<void> =>
      beating('refund notice', async () => {
        const verdict = await deliver(channel, notice, cancellationSignal());
        if (verdict.kind === 'delivered') return;
        throw ApplicationFailure.create({
          type: CHANNEL_UNREACHABLE,
          message: `refund notice to ${channel}: not taken, will be delivered again (${verdict.detail})`,
          category: ApplicationFailureCategory.BENIGN,
          ...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),
        });
      }),
  };
}

export type ChannelActivities = ReturnType<typeof createChannelActivities>;
