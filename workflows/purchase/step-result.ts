import type { UnsoldOutcome } from '../../domain/purchase/earlier-decision';
import type { ReasonCode } from '../../domain/purchase/reasons';

/** A request to stop the sale, on which the saga acts at the next safe moment. */
export interface Stop {
  outcome: 'cancelled' | 'given_up';
  refusal: ReasonCode;
}

/** The result of a step, as the saga sees it. */
export type StepResult =
  | { kind: 'done' }
  | { kind: 'refused'; refusal: ReasonCode }
  /** The sale was stopped, or an earlier run had decided it. */
  | { kind: 'stopped'; outcome: UnsoldOutcome; refusal: ReasonCode };
