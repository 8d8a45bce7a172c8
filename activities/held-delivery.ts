import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { DeliveryHeld, DeliveryTurn } from '../channel/delivery-gate';
import type { FailureDetail } from '../domain/command-result';
import type { NoticeAttempt } from '../domain/notice/notice';
import { DELIVERY_HELD } from '../domain/notice/webhook-policy';

/** The turn of the running attempt. @param mayBeHeld whether Temporal retries it when it is held back */
export function deliveryTurn(mayBeHeld: boolean): DeliveryTurn {
  return { attempt: activityInfo().attempt, mayBeHeld };
}

/**
 * Makes Temporal retry the attempt later; meanwhile it holds no slot, and the history does not grow.
 * @param deliveries of the attempts before this one
 */
export function heldBack(
  subject: string,
  { detail, retryAfterMs }: DeliveryHeld,
  deliveries: readonly NoticeAttempt[] = [],
): ApplicationFailure {
  const details: [FailureDetail] = [{ retryAfterMs, ...(deliveries.length > 0 ? { deliveries } : {}) }];
  return ApplicationFailure.create({
    type: DELIVERY_HELD,
    message: `${subject}: not sent yet, ${detail}`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: retryAfterMs,
    details,
  });
}
