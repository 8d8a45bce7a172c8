import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { DeliveryHeld, DeliveryTurn } from '../channel/delivery-gate';
import type { NoticeVerdict } from '../channel/signed-delivery';
import type { FailureDetail } from '../domain/command-result';
import type { ChannelName } from '../domain/identifiers';
import type { Notice, NoticeAttempt, RefundDeliveries, RefundNotice } from '../domain/notice/notice';
import { deliveryClock } from './delivery-clock';
import { NO_EARLIER_RUNS, requireRefundable } from './earlier-runs';
import { withHeartbeat } from './heartbeat';
import { deliveryTurn, heldBack } from './held-delivery';

/** Delivers one notice to a channel's webhook, or holds it back; see `channel/notice.ts`, `channel/delivery-gate.ts`. */
export type DeliverNotice = (
  channel: ChannelName,
  notice: Notice,
  signal: AbortSignal,
  turn: DeliveryTurn,
) => Promise<NoticeVerdict | DeliveryHeld>;

/** The `type` of the failure that asks for another delivery. */
export const CHANNEL_UNREACHABLE = 'ChannelUnreachable';

/** The result of one attempt; it fails only by a defect. */
export interface DeliveryResult {
  delivered: boolean;
  attempt: NoticeAttempt;
  /** The pause that the channel asks for. */
  retryAfterMs?: number;
}

export function createChannelActivities(deliver: DeliverNotice, earlierRuns = NO_EARLIER_RUNS) {
  return {
    /**
     * Step (6.3): notifies the channel to refund its customer, under the same id in every attempt (I5).
     * @param anew whether an earlier run may have sold the purchase to its end; nobody refunds that
     */
    noticeRefund: (channel: ChannelName, notice: RefundNotice, anew = false): Promise<RefundDeliveries> =>
      withHeartbeat('refund notice', async (attempt) => {
        await requireRefundable(earlierRuns, { anew }, attempt);
        const { deliveries: earlier } = attempt;
        const timed = deliveryClock();
        const verdict = await deliver(channel, notice, cancellationSignal(), deliveryTurn(true));
        if (verdict.kind === 'held') throw heldBack(`refund notice to ${channel}`, verdict, earlier);
        const deliveries = [...earlier, timed(verdict)];
        if (verdict.kind === 'delivered') return { deliveries };
        attempt.remember({ deliveries });
        throw notTaken(channel, verdict, deliveries);
      }),

    /**
     * One attempt; the workflow decides about the next.
     * @param mayBeHeld whether the workflow lets Temporal retry an attempt that was held back; older ones do not
     */
    deliverNotice: (channel: ChannelName, notice: Notice, mayBeHeld = false): Promise<DeliveryResult> =>
      withHeartbeat(`notice ${notice.id}`, async () => {
        const timed = deliveryClock();
        const verdict = await deliver(channel, notice, cancellationSignal(), deliveryTurn(mayBeHeld));
        if (verdict.kind === 'held') throw heldBack(`notice to ${channel}`, verdict);
        const delivered = verdict.kind === 'delivered';
        const attempt = timed(verdict);
        if (delivered || verdict.retryAfterMs === undefined) return { delivered, attempt };
        return { delivered, attempt, retryAfterMs: verdict.retryAfterMs };
      }),
  };
}

/**
 * A refund notice that its channel did not take. The pause that it asks for comes before Temporal's next attempt, and
 * before the workflow's next round where this one ends first.
 */
function notTaken(
  channel: ChannelName,
  { detail, retryAfterMs }: Extract<NoticeVerdict, { kind: 'retry' }>,
  deliveries: readonly NoticeAttempt[],
): ApplicationFailure {
  const known: FailureDetail = { ...(retryAfterMs === undefined ? {} : { retryAfterMs }), deliveries };
  return ApplicationFailure.create({
    type: CHANNEL_UNREACHABLE,
    message: `refund notice to ${channel}: not taken, will be delivered again (${detail})`,
    category: ApplicationFailureCategory.BENIGN,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    details: [known],
  });
}

export type ChannelActivities = ReturnType<typeof createChannelActivities>;
