import type { Refusal } from './purchase/refusals';

/**
 * What an answer (or none) of MobiFone means for a command: the error taxonomy.
 * - `done`: it took effect, now or when the same id was sent before
 * - `refused`: it took no effect and will not; the reason can be shown
 * - `retry_later`: it certainly took no effect; sending again is safe
 * - `unknown`: it may have taken effect; only an inquiry can tell (design decision 2)
 * - `broken_contract`: the answer is none that the contract allows; a person should look, an inquiry may settle it
 */
export type GatewayVerdict =
  { kind: 'done' } | { kind: 'refused'; refusal: Refusal } | RetryLater | Unknown | BrokenContract;

/** What an inquiry tells of a transaction. */
export type InquiryVerdict =
  /** It took effect; with the amount (VND) and the package that it was made with, where MobiFone states them. */
  | { kind: 'done'; amount?: number; packageCode?: string }
  | { kind: 'refused'; refusal: Refusal }
  /** Undone by a rollback. */
  | { kind: 'rolled_back' }
  | { kind: 'never_received' }
  /** MobiFone has it and has not finished. */
  | { kind: 'processing' }
  | RetryLater
  | Unknown
  | BrokenContract;

interface Unsettled {
  /** What came instead of an outcome, in words and without personal data. */
  detail: string;
}

/**
 * `outage` is set when no reply of MobiFone's came (silence, a server error, a maintenance page, refused credentials)
 * or nothing was sent for that reason: how an outage looks from here.
 */
interface PerhapsOutage extends Unsettled {
  /** The pause that was asked for. */
  retryAfterMs?: number;
  outage?: true;
}

interface RetryLater extends PerhapsOutage {
  kind: 'retry_later';
}

interface Unknown extends PerhapsOutage {
  kind: 'unknown';
}

interface BrokenContract extends Unsettled {
  kind: 'broken_contract';
  /** Set when MobiFone names another amount than the command's: what it took is then in dispute. */
  disputed?: 'amount';
}

/** What a gateway activity's failure carries beside its words, for the workflow that goes on from it. */
export interface FailureDetail {
  /** The pause that was asked for, milliseconds. */
  retryAfterMs?: number;
  /** The command was certainly not sent, by this attempt or any before. */
  neverSent?: true;
  /** MobiFone refused the command, and an inquiry has not confirmed it yet. */
  refusedWith?: Refusal;
  /** What was refused had been sent once only, so that nothing of it is in doubt once an inquiry tells the refusal. */
  sentOnce?: true;
  /** MobiFone answered for another amount. */
  disputed?: 'amount';
}

/** The `type` of the failures that gateway activities throw; what the Web UI shows of an attempt. */
export const GATEWAY_FAILURES = {
  retryLater: 'MobifoneRetryLater',
  outcomeUnknown: 'MobifoneOutcomeUnknown',
  brokenContract: 'MobifoneBrokenContract',
} as const;
