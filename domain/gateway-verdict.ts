import type { Refusal } from './refusals';

/**
 * What an answer (or none) of MobiFone means for a command: the error taxonomy.
 * - `done`: it took effect, now or when the same id was sent before
 * - `refused`: it took no effect and will not; the reason can be shown
 * - `retry_later`: it certainly took no effect; sending again is safe
 * - `unknown`: it may have taken effect; only an inquiry can tell (design decision 2)
 * - `broken_contract`: the answer is none that the contract allows; a person should look, an inquiry may settle it
 */
export type GatewayVerdict =
  | { kind: 'done' }
  | { kind: 'refused'; refusal: Refusal }
  | ({ kind: 'retry_later'; detail: string; retryAfterMs?: number } & OutageSign)
  | ({ kind: 'unknown'; detail: string; retryAfterMs?: number } & OutageSign)
  | BrokenContract;

/** `disputed` when the reply is for another amount than the command's. */
interface BrokenContract {
  kind: 'broken_contract';
  detail: string;
  disputed?: 'amount';
}

/** Set when no answer came, a server error only, or nothing was sent for that reason: how an outage looks from here. */
interface OutageSign {
  outage?: true;
}

/** What an inquiry tells of a transaction. */
export type InquiryVerdict =
  /** With what the inquiry told beside it; not every gateway tells (P7). */
  | { kind: 'done'; amount?: number; packageCode?: string }
  | { kind: 'refused'; refusal: Refusal }
  /** Undone by a rollback. */
  | { kind: 'rolled_back' }
  | { kind: 'never_received' }
  /** MobiFone has it and has not finished. */
  | { kind: 'processing' }
  | ({ kind: 'retry_later'; detail: string; retryAfterMs?: number } & OutageSign)
  | ({ kind: 'unknown'; detail: string; retryAfterMs?: number } & OutageSign)
  | BrokenContract;

/** What a gateway activity's failure carries beside its words, for the workflow that goes on from it. */
export interface FailureDetail {
  /** The pause that was asked for, milliseconds. */
  retryAfterMs?: number;
  /** The command was certainly not sent, by this attempt or any before. */
  neverSent?: true;
  /** MobiFone refused the command, and an inquiry has not confirmed it yet. */
  refusedWith?: Refusal;
  /** MobiFone answered for another amount. */
  disputed?: 'amount';
}

/** The `type` of the failures that gateway activities throw; what the Web UI shows of an attempt. */
export const GATEWAY_FAILURES = {
  retryLater: 'MobifoneRetryLater',
  outcomeUnknown: 'MobifoneOutcomeUnknown',
  brokenContract: 'MobifoneBrokenContract',
} as const;
