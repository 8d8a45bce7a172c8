import { isNameIn } from './own-entry';
import type { ReasonCode } from './purchase/reasons';

/** A command whose effect is known: it was made, or refused for good with a reason that can be shown. */
export type Settled = { kind: 'done' } | { kind: 'refused'; refusal: ReasonCode };

/** `detail` says what came instead of an outcome, in words and without personal data. */
export type Unsettled =
  /**
   * MobiFone says that it took no effect. `credentials` is set where only our credentials were in the way, and may have
   * been renewed: it may be sent again at once, after an inquiry.
   */
  | ({ kind: 'retry_later'; detail: string; credentials?: 'renewed' } & PerhapsOutage)
  /** It may have taken effect; only an inquiry can settle it (design decision 2). */
  | ({ kind: 'unknown'; detail: string } & PerhapsOutage)
  /**
   * The answer is none that the contract allows; a person should look, an inquiry may settle it. `disputed` is set
   * when MobiFone names another amount or another package than the command's.
   */
  | { kind: 'broken_contract'; detail: string; disputed?: Disputed };

/** What MobiFone and we have not the same about. */
export type Disputed = 'amount' | 'package' | 'amount_and_package';

/** Both disputes as one: neither is forgotten for the other. */
export function disputedWith(one: Disputed | undefined, other: Disputed | undefined): Disputed | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one === other ? one : 'amount_and_package';
}

interface PerhapsOutage {
  /** The pause that was asked for. */
  retryAfterMs?: number;
  /** No reply of MobiFone's came (silence, a server error, a maintenance page, refused credentials). */
  outage?: true;
}

/** What a reply of MobiFone, or the lack of one, means for a command: the error taxonomy. */
export type GatewayVerdict = Settled | Unsettled;

/** What an inquiry says about a transaction. */
export type InquiryVerdict =
  /** It took effect; with the amount (VND) and the package that it was made with, where MobiFone states them. */
  | { kind: 'done'; amount?: number; packageCode?: string }
  | { kind: 'refused'; refusal: ReasonCode }
  /** Undone by a rollback. */
  | { kind: 'rolled_back' }
  | { kind: 'never_received' }
  /** MobiFone has it and has not finished. */
  | { kind: 'processing' }
  | Unsettled;

/** The state of a transaction at MobiFone when asked once. */
export type TransactionState = Exclude<InquiryVerdict['kind'], Unsettled['kind']> | 'no_answer';

/** The one table of them. */
const TRANSACTION_STATES: Readonly<Record<TransactionState, true>> = {
  done: true,
  refused: true,
  rolled_back: true,
  never_received: true,
  processing: true,
  no_answer: true,
};

/** An answer of a worker of ours; `no_answer` for what is none. */
export function transactionStateOf(told: unknown): TransactionState {
  return isNameIn(TRANSACTION_STATES, told) ? told : 'no_answer';
}

/** The states that no longer change. */
export type FinalTransactionState = Exclude<TransactionState, 'processing' | 'no_answer'>;

/** Whether a command took no effect, or none that stands. */
export function isSettledAsNotMade(state: TransactionState): boolean {
  return state === 'refused' || state === 'rolled_back' || state === 'never_received';
}
