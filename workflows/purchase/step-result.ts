import type { FinalTransactionState } from '../../domain/gateway-verdict';
import type { UnsoldOutcome } from '../../domain/purchase/earlier-decision';
import type { ReasonCode } from '../../domain/purchase/reasons';

/** A request to stop the sale, on which the saga acts at the next safe moment. */
export interface Stop {
  outcome: 'cancelled' | 'given_up';
  refusal: ReasonCode;
}

/** What a question to MobiFone found, for what the saga does about it, in whichever run. Older runs carried none of it. */
export interface Found {
  /** Whether something had taken effect after its rollback or refusal. */
  landed?: boolean;
  /** The state of what a person had decided about. */
  state?: FinalTransactionState;
}

/** The result of a step, as the saga sees it. */
export type StepResult =
  | ({ kind: 'done' } & Found)
  | { kind: 'refused'; refusal: ReasonCode }
  /** The sale was stopped, or an earlier run had decided it. */
  | { kind: 'stopped'; outcome: UnsoldOutcome; refusal: ReasonCode };
