import type { CaseDecision, CaseKind, CaseState } from '../domain/case/case';
import type { TransactionState } from '../domain/gateway-verdict';
import type { BatchEndState, DeliveryStatus } from '../domain/notice/notice';
import type { AttentionReason, Retry } from '../domain/purchase/attention';
import type { OperatorAct } from '../domain/purchase/operator-acts';
import type { PurchaseState } from '../domain/purchase/states';
import type { PurchaseStep } from '../domain/purchase/steps';
import type { StepEnding } from './step-endings';

/** A call that has not succeeded yet, with its words. */
export interface PendingInWords {
  call: string;
  /** Null where it counts only the last round, and all attempts are counted elsewhere. */
  attempt: number | null;
  /** Whether it repeats a command that costs money, or undoes it: seven attempts are not seven charges. */
  isRepeatedCommand: boolean;
  /** When the next attempt is due; null while one is under way. */
  clock: string | null;
  cause: string | null;
}

/** What operators read of a purchase, in one language: a key without words does not compile. */
export interface OperatorWords {
  states: Readonly<Record<PurchaseState, string>>;
  steps: Readonly<Record<PurchaseStep, string>>;
  /** The same where what it does is said beside it. */
  shortSteps: Readonly<Record<PurchaseStep, string>>;
  /** The step in which MobiFone is to confirm what an operator stated, by what that was about. */
  confirms: Readonly<Record<'charge' | 'rollback', string>>;
  endings: Readonly<Record<StepEnding, string>>;
  attention: Readonly<Record<AttentionReason, string>>;
  acts: Readonly<Record<OperatorAct, string>>;
  retries: Readonly<Record<Retry, string>>;
  transactionStates: Readonly<Record<TransactionState, string>>;
  deliveries: Readonly<Record<DeliveryStatus, string>>;
  noticeTypes: {
    refund: string;
    caseRefund: string;
    state: (state: string) => string;
    batch: Record<BatchEndState, string>;
  };
  caseKinds: Readonly<Record<CaseKind, string>>;
  caseStates: Readonly<Record<CaseState, string>>;
  caseDecisions: Readonly<Record<CaseDecision, string>>;
  /** By the activity's name, as Temporal has it. */
  calls: Readonly<Record<string, string>>;
  otherCall: string;
  pending: (told: PendingInWords) => string;
  /** What was done to the workflow itself, by the names of `client/history/actions.ts`. */
  toWorkflow: Readonly<Record<string, string>>;
  /** How Temporal calls the end of a workflow. */
  workflowEnds: Readonly<Record<string, string>>;
  did: (what: string, who: string, why: string, ticket: string, outcome: string) => string;
  somebody: string;
  notAppliedTo: (because: string) => string;
  notApplied: (because: string) => string;
  refused: (because: string) => string;
  notRunning: string;
}
