import type { Answering, MarkedRequest } from '../request-mark';
import type { Case, CaseDecision } from './case';

/** The names of a case workflow's query and update; written into histories, so never renamed. */
export const CASE_WORKFLOW = 'case';
export const CASE_QUERY = 'case';
export const DECIDE_CASE_UPDATE = 'decide';
/** The memo key of the `CaseCard`, for lists of cases; nothing in it is personal. */
export const CASE_MEMO = 'case';
/** The memo key of its state, for the same lists. */
export const CASE_STATE_MEMO = 'state';

/** A person's decision; who and why stay in the history for ever. */
export type CaseRequest = MarkedRequest & { by: string; why: string } & (
    | { decision: Exclude<CaseDecision, 'close'> }
    /** @param how by what it was put right: MobiFone's reference, a settlement line, a receipt */
    | { decision: 'close'; how: string }
  );

/** The result of a decision: a fact that MobiFone states outranks it. */
export type CaseDecisionResult = Answering &
  ({ applied: true; case: Case } | { applied: false; because: string });
