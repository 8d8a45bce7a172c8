import type { Answering, MarkedRequest } from '../request-mark';
import type { Decision } from './attention';
import type { PurchaseEvent } from './events';
import type { Purchase } from './purchase';
import type { ReasonCode } from './reasons';

/**
 * The names of a purchase workflow's queries and updates, with their inputs and results. They are written into
 * histories: renaming one breaks purchases in flight.
 */
export const PURCHASE_WORKFLOW = 'purchase';
export const IDEMPOTENCY_KEY_WORKFLOW = 'idempotencyKey';
export const ORDER_CLAIM_WORKFLOW = 'orderClaim';
export const PURCHASE_QUERY = 'purchase';
export const NEXT_QUERY = 'next';
export const UNTIL_OUTCOME_UPDATE = 'untilOutcome';
export const UNTIL_EVENT_UPDATE = 'untilEvent';
export const CANCEL_UPDATE = 'cancel';
export const DECIDE_UPDATE = 'decide';

/** The failure types with which an update is refused. */
export const UPDATE_REFUSALS = {
  tooLateToCancel: 'TooLateToCancel',
  decisionNotOpen: 'DecisionNotOpen',
  requestInvalid: 'RequestInvalid',
  tooManyWaiting: 'TooManyWaiting',
} as const;

export interface CancelRequest {
  refusal: Extract<ReasonCode, 'cancelled_by_channel' | 'cancelled_by_operator'>;
  /** Who asks: a channel's name or a person. */
  by: string;
  why: string;
  /** What an operator's request rests on: a ticket. */
  reference?: string;
}

/** The purchase whose sale is stopped; `answers` names the update, which no other answer of a purchase does. */
export type CancelResult = Purchase & Answering;

/** The answer to a listener: the events after the last that it knows, and whether the purchase is over. */
export interface EventsTold {
  events: PurchaseEvent[];
  over: boolean;
}

/** The id of the one update that all listeners from the same event share. */
export function untilEventUpdateId(after: number): string {
  return `events-after-${after}`;
}

/** An operator's decision; who and why stay in the history for ever. */
export interface DecisionRequest extends MarkedRequest {
  decision: Decision;
  by: string;
  why: string;
  /** What the decision rests on: MobiFone's case number, a ticket. */
  reference?: string;
}

/**
 * The result of a decision: a fact that MobiFone states outranks it. `unconfirmed` says that MobiFone is silent, so that
 * the decision rests on the person alone.
 */
export type DecisionResult = Answering &
  ({ applied: true; unconfirmed?: string } | { applied: false; because: string });
