import type { Case, CaseDecision } from './case';

/** The names by which the world talks to a case workflow; written into histories, so never renamed. */
export const CASE_WORKFLOW = 'case';
export const CASE_QUERY = 'case';
export const DECIDE_CASE_UPDATE = 'decide';
/** Where the case is kept for those who list cases, its `CaseCard`; nothing in it is personal. */
export const CASE_MEMO = 'case';
/** Where its state is kept for the same, from the first move on. */
export const CASE_STATE_MEMO = 'state';

/** A person's decision; who and why stay in the history for ever. */
export type CaseRequest = { by: string; why: string } & (
  | { decision: Exclude<CaseDecision, 'close'> }
  /** @param how by what it was put right: MobiFone's reference, a settlement line, a receipt */
  | { decision: 'close'; how: string }
);

/** What became of a decision: a fact that MobiFone states outranks it. */
export type CaseDecisionResult = { applied: true; case: Case } | { applied: false; because: string };
