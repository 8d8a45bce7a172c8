import type { Decision } from './attention';
import type { Refusal } from './refusals';

/**
 * The names by which the world talks to a purchase workflow, and what goes with them. They are written into
 * histories: renaming one breaks purchases in flight.
 */
export const PURCHASE_WORKFLOW = 'purchase';
export const PURCHASE_QUERY = 'purchase';
export const NEXT_QUERY = 'next';
export const UNTIL_OUTCOME_UPDATE = 'untilOutcome';
export const CANCEL_UPDATE = 'cancel';
export const DECIDE_UPDATE = 'decide';

/** The failure types with which an update is refused. */
export const UPDATE_REFUSALS = {
  tooLateToCancel: 'TooLateToCancel',
  decisionNotOpen: 'DecisionNotOpen',
  requestInvalid: 'RequestInvalid',
} as const;

export interface CancelRequest {
  refusal: Extract<Refusal, 'cancelled_by_channel' | 'cancelled_by_operator'>;
  /** Who asks: a channel's name or a person. */
  by: string;
  why: string;
}

/** An operator's decision; who and why stay in the history for ever. */
export interface DecisionRequest {
  decision: Decision;
  by: string;
  why: string;
}

/** What became of a decision: a fact that MobiFone states outranks it. */
export type DecisionResult = { applied: true } | { applied: false; because: string };
