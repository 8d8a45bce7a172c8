import type { BilingualText } from '../bilingual';
import type { BreakKind } from '../reconciliation/breaks';
import type { ClosedEvidence, MobifoneAnswers } from './closed-evidence';
import type { CaseId, PurchaseId } from '../identifiers';
import type { PurchaseOrder } from '../purchase/purchase';
import type { PurchaseOutcome } from '../purchase/states';
import type { Vnd } from '../vnd';

/** What reconciliation opens cases about. */
export type ReconciledSubject =
  | { kind: 'make_good' }
  /** @param reference MobiFone's number of the transaction */
  | { kind: 'reversal'; reference: string };

/**
 * What a case settles. A purchase has at most one `make_good`, so that its customer is never both refunded and given
 * the package; each transaction of MobiFone's that must go has a `reversal` of its own, each run of the purchase's
 * workflow that was ended from outside a `workflow_closed`.
 */
export type CaseSubject =
  | ReconciledSubject
  /** @param runId Temporal's id of the run */
  | { kind: 'workflow_closed'; runId: string };
export type CaseKind = CaseSubject['kind'];

/** What is wrong with a purchase that is over, and who corrects it. */
export const CASE_KINDS = {
  make_good:
    'The customer paid for what MobiFone has not sold: the channel refunds, or the package is registered again.',
  reversal: 'MobiFone holds a charge or registration that was not sold: MobiFone takes it back.',
  workflow_closed:
    'The workflow of the purchase was ended from outside: ask MobiFone what is in effect. If nothing is, have the channel refund; otherwise agree with MobiFone and the channel, and close the case with that reference.',
} as const satisfies Record<CaseKind, string>;

/** The states of a case and the moves between them: the one table. */
export const CASE_STATES = {
  open: {
    meaning: 'A person decides how it is put right.',
    next: ['refunding', 're_registering', 'closed', 'rejected'],
  },
  refunding: { meaning: 'The channel is being told to refund its customer.', next: ['refunded'] },
  re_registering: {
    meaning: 'The package is being registered once more at MobiFone.',
    next: ['re_registered', 'open'],
  },
  refunded: { meaning: 'The channel has the refund notice.', next: [] },
  re_registered: { meaning: 'The subscriber has the package under a second registration.', next: [] },
  closed: { meaning: 'Put right by other means, which are named.', next: [] },
  rejected: { meaning: 'Nothing was wrong with the purchase.', next: [] },
} as const satisfies Record<string, { meaning: string; next: readonly string[] }>;
export type CaseState = keyof typeof CASE_STATES;

export function isCaseOver(state: CaseState): boolean {
  return CASE_STATES[state].next.length === 0;
}

/**
 * Whether a case that is over may be opened again, by other evidence or by a person. One that refunded the customer or registered the
 * package again has done what it can do once.
 */
export function mayBeOpenedAgain(state: CaseState): boolean {
  return state === 'closed' || state === 'rejected';
}

export function mayCaseMove(from: CaseState, to: CaseState): boolean {
  const next: readonly CaseState[] = CASE_STATES[from].next;
  return next.includes(to);
}

/** What a person may decide about a case. */
export const CASE_DECISIONS = {
  refund: 'The channel is told to refund its customer, under the one id of the case.',
  re_register:
    'The package is registered once more at MobiFone, under a transaction id of its own; never charged.',
  retry_now: 'Ends the pause before MobiFone, or the channel, is tried again.',
  ask: 'MobiFone is asked what stands of the purchase; its answers are added to the case.',
  close: 'It was put right by other means, which are named.',
  reject: 'Nothing was wrong after all.',
} as const;
export type CaseDecision = keyof typeof CASE_DECISIONS;
export const CASE_DECISION_NAMES = Object.keys(CASE_DECISIONS) as [CaseDecision, ...CaseDecision[]]; // the literal's keys

/** The one table of what may be decided when; a decision that has begun is never undone by another. */
const OPEN_TO: Record<CaseKind, Partial<Record<CaseState, readonly CaseDecision[]>>> = {
  make_good: {
    open: ['refund', 're_register', 'close', 'reject'],
    refunding: ['retry_now'],
    re_registering: ['retry_now'],
  },
  reversal: { open: ['close', 'reject'] },
  workflow_closed: {
    open: ['refund', 'ask', 'close', 'reject'],
    refunding: ['retry_now'],
  },
};

export function caseDecisionsAt(kind: CaseKind, state: CaseState): readonly CaseDecision[] {
  return OPEN_TO[kind][state] ?? [];
}

/** What reconciliation found, by which the case was opened. */
export interface CaseEvidence {
  /** The day that was reconciled, `2026-11-23`. */
  day: string;
  breakKind: BreakKind;
  /** The amount at stake. */
  atStake: Vnd;
  /** MobiFone's lines. */
  references: readonly string[];
  /** In words without personal data. */
  detail: string;
  /** SHA-256 of the settlement file, in hexadecimal. */
  settlementFile: string;
}

export function isClosedEvidence(evidence: CaseEvidence | ClosedEvidence): evidence is ClosedEvidence {
  return 'endedBy' in evidence;
}

/** In place of a file's SHA-256: no file was read. Written into histories, so never renamed. */
export const NO_SETTLEMENT_FILE = 'none';

/** Whether MobiFone denied, in an inquiry, the charge that a person had stated; no comparison found it. */
export function isContradiction(evidence: CaseEvidence | ClosedEvidence): boolean {
  return !isClosedEvidence(evidence) && evidence.settlementFile === NO_SETTLEMENT_FILE;
}

/** What was found, in few words: for lists, the Web UI and the log. */
export function foundInWords(evidence: CaseEvidence | ClosedEvidence): string {
  return isClosedEvidence(evidence)
    ? `${evidence.status.toLowerCase()} while ${evidence.state}`
    : `${evidence.breakKind} on ${evidence.day}`;
}

/** What a case is opened with, frozen. Plain JSON. */
export interface CaseOrder {
  id: CaseId;
  subject: CaseSubject;
  purchase: PurchaseOrder;
  /** Null where the purchase was ended from outside before it had one. */
  outcome: PurchaseOutcome | null;
  /** Of a `workflow_closed` case from the history, of the others from a reconciliation. */
  evidence: CaseEvidence | ClosedEvidence;
  /** ISO 8601, UTC. */
  openedAt: string;
  by: string;
  why: string;
  /** A case of the same id was closed before, which may have sent commands; absent the first time. */
  again?: true;
  /** What happened to it before a person opened it again; absent where nobody did. */
  earlier?: readonly CaseHappening[];
}

/** The same without the subscriber's number: what a list shows. */
export interface CaseCard extends Pick<
  CaseOrder,
  'id' | 'subject' | 'outcome' | 'evidence' | 'openedAt' | 'by' | 'why'
> {
  purchaseId: PurchaseId;
  channel: PurchaseOrder['channel'];
  externalId: PurchaseOrder['externalId'];
  package: PurchaseOrder['package']['code'];
  amount: Vnd;
}

export function caseCard(opened: CaseOrder): CaseCard {
  const { purchase, earlier: _, ...order } = opened;
  return {
    ...order,
    purchaseId: purchase.purchaseId,
    channel: purchase.channel,
    externalId: purchase.externalId,
    package: purchase.package.code,
    amount: purchase.faceValue,
  };
}

/** Something that happened to a case, in the order in which it happened. */
export interface CaseHappening {
  /** ISO 8601, UTC. */
  at: string;
  /** In words without personal data. */
  what: string;
  /** The person, where it was one. */
  by?: string;
}

/** A case as its workflow reports it: its result and its query's answer. */
export interface Case {
  card: CaseCard;
  state: CaseState;
  /** What a person is needed for; null while none is. */
  attention: { reason: CaseAttention; since: string; detail: string } | null;
  log: CaseHappening[];
  /** What MobiFone answered last about the purchase; only a `workflow_closed` case asks. */
  atMobifone?: MobifoneAnswers;
}

/** Of `ATTENTION_REASONS`, those that a case may have. */
export type CaseAttention = 'case_open' | 'no_answer' | 'broken_contract' | 'channel_unreachable';

/** Why a channel must refund a sale after a success notice, in words that it may show its customer. */
export const CASE_REFUND_REASONS = {
  missing_at_mobifone: {
    en: 'MobiFone has no record of the sale.',
    vi: 'MobiFone không ghi nhận giao dịch này.',
  },
  undone_at_mobifone: {
    en: 'MobiFone undid the sale.',
    vi: 'MobiFone đã hủy giao dịch này.',
  },
} as const satisfies Record<string, BilingualText>;
export type CaseRefundReason = keyof typeof CASE_REFUND_REASONS;

export function caseRefundReason(evidence: CaseEvidence | ClosedEvidence): CaseRefundReason {
  const missing = !isClosedEvidence(evidence) && evidence.breakKind === 'missing_there';
  return missing ? 'missing_at_mobifone' : 'undone_at_mobifone';
}
