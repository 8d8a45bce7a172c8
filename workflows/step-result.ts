import type { Refusal } from '../domain/refusals';

/** A wish to end the sale, weighed by the saga at the next safe moment. */
export interface Stop {
  outcome: 'cancelled' | 'given_up';
  refusal: Refusal;
}

/** How a step ended, as the saga sees it. */
export type StepResult =
  { kind: 'done' } | { kind: 'refused'; refusal: Refusal } | ({ kind: 'stopped' } & Stop);
