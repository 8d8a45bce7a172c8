import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { CASE_STATES, isCaseOver, type CaseCard, type CaseState } from '../domain/case/case';
import { CASE_MEMO, CASE_STATE_MEMO } from '../domain/case/protocol';
import { isNameIn } from '../domain/own-entry';
import { faultyField, type Kind } from '../domain/purchase/order-fields';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { ENDED_QUERY } from './run-status';
import { equals } from './visibility-query';
import { decodeRun, type RawExecution, type RunInfo } from './visibility-pages';

const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED } = temporal.api.enums.v1.WorkflowExecutionStatus;

/** The fields that every case's card has. */
const CARD_FIELDS: Readonly<Record<string, Kind>> = {
  id: 'string',
  purchaseId: 'string',
  channel: 'string',
  externalId: 'string',
  subject: 'object',
  evidence: 'object',
  openedAt: 'string',
};

const NEEDS_PERSON = equals(SEARCH_ATTRIBUTES.needsAttention, true);
/**
 * The condition, in a visibility query, for runs that may hold an open case: it runs, or was ended from outside before it was over.
 * Whoever can write to Temporal can complete one, which then still says to need a person.
 */
export const CUT_OFF_CASES_QUERY = `(${ENDED_QUERY} OR (ExecutionStatus = 'Completed' AND ${NEEDS_PERSON}))`;
export const OPEN_QUERY = `(ExecutionStatus = 'Running' OR ${CUT_OFF_CASES_QUERY})`;

/** A case as Temporal's index has it: needs no worker; a change appears after a moment. */
export interface ListedCase {
  card: CaseCard;
  state: CaseState;
  /** The workflow was ended from outside before the case was closed. */
  cutOff: boolean;
  /** Whether a person must decide or help; else it is being carried out, or is over. */
  needsAttention: boolean;
}

/**
 * The case of a run under a case's id, or the fault by which it cannot be read now; nothing where somebody started it who has no
 * key.
 */
export async function caseOfOurs(
  client: Client,
  run: RawExecution,
): Promise<ListedCase | PayloadUnreadable | undefined> {
  try {
    return listedCase(await decodeRun(client, run));
  } catch (fault) {
    if (!(fault instanceof PayloadUnreadable)) throw fault;
    return fault.reason === 'key_missing' || fault.reason === 'key_shredded' ? fault : undefined;
  }
}

/** Whether a run holds its case: whoever can write to Temporal can complete one before a person has closed it. */
export function isWholeCase(
  { status }: RawExecution,
  found: Awaited<ReturnType<typeof caseOfOurs>>,
): boolean {
  return found !== undefined && !(status === COMPLETED && 'cutOff' in found && found.cutOff);
}

/** @throws PayloadUnreadable if the memo is not that of a case, or of another */
function listedCase({ workflowId, memo, status, typedSearchAttributes }: RunInfo): ListedCase {
  const state = memo?.[CASE_STATE_MEMO]; // written at every start, then by the workflow
  const card = memo?.[CASE_MEMO]; // written at every start, by nothing else
  if (!isCaseState(state) || !isCard(card)) throw new PayloadUnreadable('no_order', NO_KEY);
  if (card.id !== workflowId) throw new PayloadUnreadable('moved', NO_KEY, card.id);
  return {
    card,
    state,
    cutOff: status.name !== 'RUNNING' && !isCaseOver(state),
    needsAttention: typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention) === true,
  };
}

export function isCaseState(value: unknown): value is CaseState {
  return isNameIn(CASE_STATES, value);
}

export function isCard(value: unknown): value is CaseCard {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, CARD_FIELDS) === undefined;
}
