import { isSettledAsNotMade, type TransactionState } from '../gateway-verdict';
import type { PurchaseOutcome, PurchaseState } from '../purchase/states';
import type { StepRecord } from '../purchase/steps';
import type { ReasonCode } from '../purchase/reasons';
import type { Vnd } from '../vnd';

/** What the history shows of a purchase that was ended from outside. */
export interface ClosedEvidence {
  /** Temporal's word for the end: `TERMINATED`, `FAILED`, … */
  status: string;
  /** ISO 8601, UTC. */
  closedAt: string;
  /** Who ended it, as Temporal's tools name them; null where the history names no one. */
  endedBy: string | null;
  endReason: string | null;
  /** The last state, and why the purchase was being undone, if it was. */
  state: PurchaseState;
  reason: ReasonCode | null;
  steps: readonly StepRecord[];
  /** What the customer has paid to the channel. */
  atStake: Vnd;
  /** In words without personal data. */
  detail: string;
  /** The refund notice that the purchase sent, or was about to send; null when there was none. */
  refund: RefundTold | null;
}

/** What a refund notice says beyond the order that it is about. */
export interface RefundTold {
  outcome: PurchaseOutcome;
  refusal: ReasonCode;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** Whether a postpaid sale stands half at MobiFone: registered, and its charge was ordered and not made. */
export function isHalfSold({
  registration,
  charge,
}: Pick<MobifoneAnswers, 'registration' | 'charge'>): boolean {
  return registration === 'done' && charge !== undefined && isSettledAsNotMade(charge);
}

/** MobiFone's answers about a purchase's commands that move money; absent for those never ordered. */
export interface MobifoneAnswers {
  /** ISO 8601, UTC. */
  at: string;
  registration?: TransactionState;
  charge?: TransactionState;
}
