import type { RefundNotice } from '../notice/notice';
import type { Purchase } from './purchase';
import type { PurchaseOutcome } from './states';
import type { ReasonCode } from './reasons';

/** How a purchase ends that was not sold. */
export type UnsoldOutcome = Exclude<PurchaseOutcome, 'succeeded'>;

/**
 * What an earlier run of a purchase's workflow, or a case about it, has decided for good: its channel was notified, or
 * was about to be. A later run, by a reset or a start by hand, does not decide again (I14).
 */
export type EarlierDecision =
  /** It has ended. */
  | { kind: 'over'; purchase: Purchase }
  /** It was ended from outside while it undid the sale; `refund` is the notice that the channel got. */
  | { kind: 'undoing'; outcome: UnsoldOutcome; refusal: ReasonCode; refund?: RefundNotice };

/** The `type` of the failure by which an activity reports it, with an `EarlierDecision` as detail; nothing was sent. */
export const DECIDED_BEFORE = 'PurchaseDecidedBefore';
