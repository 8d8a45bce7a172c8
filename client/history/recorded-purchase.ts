import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Attention } from '../../domain/purchase/attention';
import type { RefundNotice } from '../../domain/notice/notice';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../../domain/purchase/purchase';
import { isOutcome, type PurchaseOutcome, type PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { ownOrder } from '../own-order';
import { attentionReasonOf } from '../searchable-state';
import type { RecordedStep } from './steps';
import { historyPayloads, type HistoryPayloads } from './history-payloads';
import { fromHistory, type HistoryFacts } from './read-purchase';
import { historyOf, isoOf, type HistoryEvent } from './purchase-history';
import { unavailable } from '../temporal-answers';
import { notDecodable } from '../visibility-pages';
import { PayloadUnreadable } from '../../encryption/payload-unreadable';

/** Default time limit for reading a history, for callers that wait. */
const READ_BUDGET_MS = 5_000;

/** A purchase read from its history, with what only the history contains. */
export interface RecordedPurchase {
  purchase: Purchase;
  /** The refund notice that was sent, or was about to be sent, to the channel. */
  refund: RefundNotice | undefined;
  events: readonly HistoryEvent[];
}

/**
 * Reads a purchase from its history, without a worker. State, reason and steps are of the same moment, so they agree.
 * `events` has the acceptance only, because the history does not number the others.
 * @param budgetMs time limit for reading
 * @throws TemporalUnavailable if the history cannot be read in time; PurchaseUnreadable if its key is missing
 */
export async function recordedPurchase(
  client: Client,
  description: WorkflowExecutionDescription,
  budgetMs = READ_BUDGET_MS,
): Promise<RecordedPurchase> {
  const order = orderOf(description);
  const { workflowId, runId } = description;
  const events = await historyOf(client, { workflowId, runId }, budgetMs);
  try {
    return await purchaseIn(order, events, historyPayloads(client, workflowId));
  } catch (fault) {
    // No request was made, so whatever failed is in the data: anyone who can write to Temporal can write a history.
    throw unavailable(fault instanceof PayloadUnreadable ? fault : notDecodable(fault));
  }
}

async function purchaseIn(
  order: PurchaseOrder,
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<RecordedPurchase> {
  const told = await fromHistory(order, events, payloads);
  const state =
    told.states.findLast(({ state: one }) => !isOutcome(one) || isProven(one, order, told))?.state ??
    'accepted';
  const steps = told.steps.map(recordOf);
  const purchase: Purchase = {
    ...acceptedPurchase(order),
    state,
    outcome: isOutcome(state) ? state : null,
    reason: told.reason,
    steps,
    attention: attentionOf(events, steps, state),
    updatedAt: isoOf(events.at(-1)?.eventTime),
  };
  return { purchase, refund: told.refund, events };
}

/**
 * Whether what is encrypted shows an outcome, which the search attributes only claim: what MobiFone answered or a person decided,
 * and of what was not sold the refund notice that our workflow ordered.
 */
function isProven(
  outcome: PurchaseOutcome,
  { paymentForm }: PurchaseOrder,
  { steps, refund }: Pick<HistoryFacts, 'steps' | 'refund'>,
): boolean {
  const isDone = (wanted: PurchaseStep) =>
    steps.some(({ step, status }) => step === wanted && status === 'done');
  if (outcome === 'succeeded') return isDone('register') && (paymentForm === 'prepaid' || isDone('charge'));
  return refund?.outcome === outcome && (outcome !== 'rolled_back' || isDone('rollback'));
}

function orderOf(description: WorkflowExecutionDescription): PurchaseOrder {
  try {
    return ownOrder(description);
  } catch (fault) {
    throw unavailable(fault);
  }
}

function recordOf(step: RecordedStep): StepRecord {
  const { attempts: _, transactionId: __, ...record } = step;
  return record;
}

/** The current call for attention, from the search attributes; its text is not recorded. */
function attentionOf(
  events: readonly HistoryEvent[],
  steps: readonly StepRecord[],
  state: PurchaseState,
): Attention | null {
  const last = events.findLast((event) => fieldOf(event, 'needsAttention') !== undefined);
  if (!last || fieldOf(last, 'needsAttention') !== true) return null;
  return {
    reason: attentionReasonOf(fieldOf(last, 'attentionReason')), // written with it
    step: openStep(steps, state),
    since: isoOf(last.eventTime),
    detail: 'No worker responds, so the last failure is unknown.',
  };
}

/** The step that the purchase waits for, or waited for when it was ended from outside. */
export function openStep(steps: readonly StepRecord[], state: PurchaseState): PurchaseStep {
  const running = steps.findLast(({ status }) => status === 'running')?.step;
  return running ?? steps.at(-1)?.step ?? (state === 'registering' ? 'register' : 'check');
}

function fieldOf(event: HistoryEvent, attribute: keyof typeof SEARCH_ATTRIBUTES): unknown {
  const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
  const data = fields?.[SEARCH_ATTRIBUTES[attribute].name]?.data;
  if (!data || data.length === 0) return undefined;
  return JSON.parse(Buffer.from(data).toString()) as unknown; // search attributes are never encoded
}
