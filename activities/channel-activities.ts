import { activityInfo, cancellationSignal, CancelledFailure, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { NoticeVerdict, RefundNotice } from '../channel/notice';
import type { ChannelName } from '../domain/identifiers';

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
    async noticeRefund(channel: ChannelName, notice: RefundNotice): Promise<void> {
      const beat = setInterval(
        () => heartbeat(),
        Math.max(100, (activityInfo().heartbeatTimeoutMs ?? 30_000) / 3),
      );
      try {
        const verdict = await deliver(channel, notice, cancellationSignal());
        if (verdict.kind === 'delivered') return;
        throw ApplicationFailure.create({
          type: CHANNEL_UNREACHABLE,
          message: `refund notice to ${channel}: not taken, will be delivered again (${verdict.detail})`,
          category: ApplicationFailureCategory.BENIGN,
          ...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),
        });
      } catch (error) {
        if (cancellationSignal().aborted) throw new CancelledFailure('refund notice: cancelled');
        throw error;
      } finally {
        clearInterval(beat);
      }
    },
  };
}

export type ChannelActivities = ReturnType<typeof createChannelActivities>;
