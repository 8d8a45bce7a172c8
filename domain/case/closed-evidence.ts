import type { TransactionState } from '../gateway-verdict';
import type { PurchaseOutcome, PurchaseState } from '../purchase/states';
import type { StepRecord } from '../purchase/steps';
import type { Refusal } from '../purchase/refusals';
import type { Vnd } from '../vnd';

/** What the history of a purchase tells that was ended from outside. */
export interface ClosedEvidence {
  /** Temporal's word for the end: `TERMINATED`, `FAILED`, … */
  status: string;
  /** ISO 8601, UTC. */
  closedAt: string;
  /** Who ended it, as Temporal's tools name them; null where the history names nobody. */
  endedBy: string | null;
  endReason: string | null;
  /** The last state, and why the purchase was being undone, if it was. */
  state: PurchaseState;
  reason: Refusal | null;
  steps: readonly StepRecord[];
  /** What the customer has paid to the channel. */
  atStake: Vnd;
  /** In words without personal data. */
  detail: string;
  /** What the purchase told its channel in a refund notice, or was about to; null when it came to none. */
  refund: RefundTold | null;
}

/** What a refund notice says beyond the order that it is about. */
export interface RefundTold {
  outcome: PurchaseOutcome;
  refusal: Refusal;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** What MobiFone answered about a purchase's commands that have an effect on money; absent are those never ordered. */
export interface MobifoneAnswers {
  /** ISO 8601, UTC. */
  at: string;
  registration?: TransactionState;
  charge?: TransactionState;
}
