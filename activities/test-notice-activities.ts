import { cancellationSignal } from '@temporalio/activity';
import type { DeliveryHeld } from '../channel/delivery-gate';
import type { NoticeVerdict } from '../channel/signed-delivery';
import type { SentNotice, TestDelivery, TestNotice } from '../domain/notice/test-notice';
import { deliveryClock } from './delivery-clock';
import { withHeartbeat } from './heartbeat';

/** What is sent of a test notice, and what came of it; nothing is sent where it is held back or the channel is gone. */
export type DeliverTestNotice = (
  notice: TestNotice,
  signal: AbortSignal,
) => Promise<{ sent: SentNotice | null; verdict: NoticeVerdict | DeliveryHeld }>;

export function createTestNoticeActivities(deliver: DeliverTestNotice) {
  return {
    /** One attempt, whose result is the answer to the channel: a webhook that does not accept is no failure of ours. */
    deliverTestNotice: (notice: TestNotice): Promise<TestDelivery> =>
      withHeartbeat(`test notice ${notice.id}`, async () => {
        const timed = deliveryClock();
        const { sent, verdict } = await deliver(notice, cancellationSignal());
        const delivered = verdict.kind === 'delivered';
        if (verdict.kind !== 'held') return { delivered, attempt: timed(verdict), sent };
        return {
          delivered,
          attempt: timed({ kind: 'retry', detail: `not sent: ${verdict.detail}` }),
          sent: null,
        };
      }),
  };
}
