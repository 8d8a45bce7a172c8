import { cancellationSignal, log } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { DeliveryHeld, DeliveryTurn } from '../channel/delivery-gate';
import type { NoticeVerdict } from '../channel/signed-delivery';
import type { OperationsEvent } from '../domain/notice/operations-events';
import { withHeartbeat } from './heartbeat';
import { deliveryTurn, heldBack } from './held-delivery';

/** Delivers one event to the webhook of operations; see `notifyOperations` in `channel/notice.ts`. */
export type TellOperations = (
  event: OperationsEvent,
  signal: AbortSignal,
  turn: DeliveryTurn,
) => Promise<NoticeVerdict | DeliveryHeld>;

/** The `type` of the failure that asks for another delivery. */
export const OPERATIONS_UNREACHABLE = 'OperationsUnreachable';

/** @param tell absent where operations configured no webhook */
export function createOperationsActivities(tell: TellOperations | undefined) {
  return {
    /** Delivers an event to operations under its one id, however many attempts that takes. */
    tellOperations: (event: OperationsEvent): Promise<'told' | 'nobody_to_tell'> =>
      withHeartbeat(`event ${event.id}`, async () => {
        if (!tell) {
          log.warn(`${event.type}, and no OPERATIONS_WEBHOOK to tell it to`, { event: event.id });
          return 'nobody_to_tell';
        }
        const verdict = await tell(event, cancellationSignal(), deliveryTurn(true));
        if (verdict.kind === 'delivered') return 'told';
        if (verdict.kind === 'held') throw heldBack(event.type, verdict);
        throw ApplicationFailure.create({
          type: OPERATIONS_UNREACHABLE,
          message: `${event.type}: not taken by operations, will be delivered again (${verdict.detail})`,
          category: ApplicationFailureCategory.BENIGN,
          ...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),
        });
      }),
  };
}

export type OperationsActivities = ReturnType<typeof createOperationsActivities>;
