import type { UnsoldOutcome } from '../../domain/purchase/earlier-decision';
import type { Refusal } from '../../domain/purchase/refusals';

/** A wish to end the sale, weighed by the saga at the next safe moment. */
export interface Stop {
  outcome: 'cancelled' | 'given_up';
  refusal: Refusal;
}

/** How a step ended, as the saga sees it. */
export type StepResult =
  | { kind: 'done' }
  | { kind: 'refused'; refusal: Refusal }
  /** Somebody stopped the sale, or an earlier run had decided it. */
  | { kind: 'stopped'; outcome: UnsoldOutcome; refusal: Refusal };
