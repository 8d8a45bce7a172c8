import {
  CASE_DECISIONS,
  CASE_KINDS,
  CASE_STATES,
  type CaseDecision,
  type CaseKind,
} from '../domain/case/case';
import { ATTENTION_REASONS, RETRIES } from '../domain/purchase/attention';
import { actInWords, OPERATOR_ACT_NAMES, type OperatorAct } from '../domain/purchase/operator-acts';
import { PURCHASE_STEPS, PURCHASE_STEP_NAMES, type PurchaseStep } from '../domain/purchase/steps';
import type { OperatorWords } from './operator-words';

/** What operators read in English; meanings come from the tables of `domain/`. */
export const ENGLISH: OperatorWords = {
  states: {
    accepted: 'accepted',
    checking: 'checking the subscriber',
    registering: 'registering',
    charging: 'charging',
    rolling_back: 'rolling back',
    succeeded: 'succeeded',
    rejected: 'rejected',
    rolled_back: 'rolled back',
    cancelled: 'cancelled',
    given_up: 'given up',
  },
  steps: mapped(PURCHASE_STEP_NAMES, (step): string => PURCHASE_STEPS[step].title),
  shortSteps: {
    check: 'Check',
    register: 'Registration',
    charge: 'Charge',
    rollback: 'Rollback',
    refund_notice: 'Refund notice',
    late_effect_check: 'Check for late effects',
    decision_check: 'Confirmation',
    rejection_message: 'Rejection SMS',
    transaction_message: 'Transaction SMS',
    success_message: 'Success SMS',
  },
  confirms: {
    charge: 'Have MobiFone confirm what an operator stated about the charge',
    rollback: 'Have MobiFone confirm the rollback that an operator stated',
  },
  endings: {
    begun: 'begun',
    done: 'done',
    found_done: 'done, as MobiFone answered when it was asked',
    stated_done: 'done, as an operator stated',
    refused: 'refused',
    stated_not_done: 'not done, as an operator stated',
    abandoned: 'left undecided, since the purchase was stopped',
    may_buy: 'the subscriber may buy',
    sent: 'sent',
    taken: 'the channel has it',
    landed: 'something had landed, and is rolled back again',
    nothing_landed: 'nothing had landed',
    confirmed: 'MobiFone confirms it',
    denied: 'MobiFone denies it',
    asked: 'MobiFone has answered',
  },
  attention: ATTENTION_REASONS,
  acts: mapped(OPERATOR_ACT_NAMES, (act) => actInWords(act)),
  retries: RETRIES,
  transactionStates: {
    done: 'done, and in effect',
    refused: 'refused',
    rolled_back: 'rolled back',
    never_received: 'never received by MobiFone',
    processing: 'MobiFone is still processing it',
    no_answer: 'no usable answer',
  },
  deliveries: {
    delivering: 'on its way',
    delivered: 'delivered',
    undelivered: 'given up, not delivered',
  },
  noticeTypes: {
    refund: 'Refund notice',
    caseRefund: 'Refund notice of a case',
    state: (state) => `Notice “${state}”`,
    batch: {
      completed: 'Notice that the batch is completed',
      cancelled: 'Notice that the batch is cancelled',
    },
  },
  caseKinds: CASE_KINDS,
  caseStates: {
    open: CASE_STATES.open.meaning,
    refunding: CASE_STATES.refunding.meaning,
    re_registering: CASE_STATES.re_registering.meaning,
    refunded: CASE_STATES.refunded.meaning,
    re_registered: CASE_STATES.re_registered.meaning,
    closed: CASE_STATES.closed.meaning,
    rejected: CASE_STATES.rejected.meaning,
  },
  caseDecisions: CASE_DECISIONS,
  calls: {
    checkSubscriber: 'Check of the subscriber',
    registerPackage: 'Registration',
    chargeSubscriber: 'Charge',
    attemptSale: 'First attempt of the sale',
    registerAndCharge: 'Registration and charge',
    rollbackRegistration: 'Rollback',
    registerAgain: 'Second registration',
    sendMessage: 'SMS',
    sendMessages: 'SMS',
    inquireOnce: 'Inquiry',
    inquireUntilFinal: 'Inquiry',
    findLateEffect: 'Inquiry about what may have landed late',
    noticeRefund: 'Refund notice',
  },
  otherCall: 'Another call',
  pending: ({ call, attempt, isRepeatedCommand, clock, cause }) =>
    `${call}:${attempt === null ? '' : ` attempt ${attempt}`}${isRepeatedCommand ? ' (sent again only where MobiFone has certainly not received it)' : ''}${attempt === null ? '' : ','} ${clock === null ? 'under way' : `next at ${clock}`}${cause === null ? '' : `; ${cause}`}`,
  toWorkflow: {
    cancel_workflow: 'Cancellation requested in Temporal',
    terminate_workflow: 'Terminated in Temporal',
    reset_workflow: 'Reset in Temporal',
  },
  workflowEnds: { terminated: 'terminated', failed: 'failed', timed_out: 'timed out', canceled: 'cancelled' },
  did: (what, who, why, ticket, outcome) => `${what} by ${who}${why}${ticket}${outcome}`,
  somebody: 'somebody',
  notAppliedTo: (because) => `; not applied: ${because}`,
  notApplied: (because) => `Not applied: ${because}.`,
  refused: (because) => `Refused: ${because}.`,
  notRunning: 'The purchase is over already, or there is none of that id. Nothing was done.',
};

type Names = OperatorAct | PurchaseStep | CaseDecision | CaseKind;

function mapped<K extends Names>(keys: readonly K[], words: (key: K) => string): Record<K, string> {
  return Object.fromEntries(keys.map((key) => [key, words(key)])) as Record<K, string>; // a value for each key
}
