import type { Disputed, Settled } from './gateway-verdict';
import type { RefundDeliveries } from './notice/notice';
import type { ReasonCode } from './purchase/reasons';
import type { SettledBy } from './purchase/steps';

/**
 * The result of a command that an activity settled; everything else is thrown for Temporal to retry. `attempts` above 1
 * means that an earlier attempt may still be on its way to MobiFone. `at`: when it was known, ISO 8601, where the
 * workflow learns of it later.
 */
export type CommandResult = Settled & { settledBy: SettledBy; attempts: number; at?: string };

/** What is known of a command that is not settled yet, from attempt to attempt and from round to round. */
export interface CommandKnowledge {
  /** The command was certainly not sent, by any attempt so far. */
  neverSent?: boolean | undefined;
  /** MobiFone refused the command, and no inquiry has confirmed it yet: it is not sent again. */
  refusedWith?: ReasonCode | undefined;
  /** It was sent once only, so that nothing is in doubt once an inquiry confirms the refusal. */
  sentOnce?: boolean | undefined;
  /** MobiFone answered for another amount or package: only an inquiry that states it settles the command. */
  disputed?: Disputed | undefined;
  /** Since when it was not sent in a run, where that is known. */
  quiet?: Quiet | undefined;
}

/** Milliseconds of Temporal's clock, and the run of the workflow: in another run it says nothing. */
export interface Quiet {
  sinceMs: number;
  run: string;
}

/** Whether an unsettled command leaves nothing in doubt: it was not sent, or its only sending was refused. */
export function isClear({ neverSent, refusedWith, sentOnce }: CommandKnowledge): boolean {
  return neverSent === true || (refusedWith !== undefined && sentOnce === true);
}

/** The result of one attempt that is not retried: the workflow asks first before it sends again, or calls a person. */
export type AttemptResult =
  | (CommandResult & { at: string })
  | ({ kind: 'unsettled'; askedToWaitMs: number } & CommandKnowledge)
  | ({ kind: 'broken_contract'; detail: string } & CommandKnowledge);

/** The result of the registration and the charge in one activity; `charge` is null when it was certainly not sent. */
export interface CombinedResult {
  registration: AttemptResult;
  charge: AttemptResult | null;
}

/** The result of check, registration and charge in one activity; null: certainly not sent. */
export interface SaleAttemptResult {
  check: AttemptResult;
  registration: AttemptResult | null;
  charge: AttemptResult | null;
}

/** The attempt, or its worker, was lost: the call may have been sent. */
export const LOST_ATTEMPT: AttemptResult = { kind: 'unsettled', askedToWaitMs: 0 };

/** The detail of a gateway activity's failure, for the workflow that continues from it. */
export interface FailureDetail extends CommandKnowledge, Partial<RefundDeliveries> {
  /** The pause that was asked for, milliseconds. */
  retryAfterMs?: number;
  /** For how long the activity was tried, milliseconds, where the next one is to follow at once. */
  triedMs?: number;
}

/** The `type` of the failures that gateway activities throw; what the Web UI shows of an attempt. */
export const GATEWAY_FAILURES = {
  retryLater: 'MobifoneRetryLater',
  outcomeUnknown: 'MobifoneOutcomeUnknown',
  brokenContract: 'MobifoneBrokenContract',
  /** MobiFone does not have the command, and the next activity sends it. */
  toBeSent: 'MobifoneToBeSent',
} as const;
