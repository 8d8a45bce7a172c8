import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Attention, AttentionReason } from '../../domain/purchase/attention';
import type { RefundNotice } from '../../domain/notice/notice';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../../domain/purchase/purchase';
import { isOutcome, type PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { RecordedStep } from './steps';
import { fromHistory } from './read-purchase';
import { historyOf, isoOf, type HistoryEvent } from './purchase-history';
import { unavailable } from '../temporal-answers';

/** How long a history may take to be read while somebody waits for an answer. */
const READ_BUDGET_MS = 5_000;

/** A purchase as Temporal's own records tell it, and what only they tell. */
export interface RecordedPurchase {
  purchase: Purchase;
  /** The refund notice that was given to the channel, or was about to be. */
  refund: RefundNotice | undefined;
  events: readonly HistoryEvent[];
}

/**
 * A purchase read from its history, without a worker: state, reason and steps are those of one moment, so they never
 * contradict each other. Its `events` are the acceptance alone, since the history does not number the others.
 * @param budgetMs how long reading may take
 * @throws TemporalUnavailable when the history cannot be read in time: an answer without it would be made up;
 *   PurchaseUnreadable when its key is not at hand
 */
export async function recordedPurchase(
  client: Client,
  description: WorkflowExecutionDescription,
  budgetMs = READ_BUDGET_MS,
): Promise<RecordedPurchase> {
  const order = description.memo?.['order'] as PurchaseOrder; // written at every start, and by nothing else
  const { workflowId, runId } = description;
  const events = await historyOf(client, { workflowId, runId }, budgetMs);
  const told = await fromHistory(order, events, client.options.loadedDataConverter).catch(
    (fault: unknown) => {
      throw unavailable(fault);
    },
  );
  const state = told.states.at(-1)?.state ?? 'accepted';
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

function recordOf(step: RecordedStep): StepRecord {
  const { attempts: _, transactionId: __, ...record } = step;
  return record;
}

/** The call for attention that stands, by the search attributes that the workflow wrote; its words are not recorded. */
function attentionOf(
  events: readonly HistoryEvent[],
  steps: readonly StepRecord[],
  state: PurchaseState,
): Attention | null {
  const last = events.findLast((event) => fieldOf(event, 'needsAttention') !== undefined);
  if (!last || fieldOf(last, 'needsAttention') !== true) return null;
  return {
    reason: fieldOf(last, 'attentionReason') as AttentionReason, // written with it
    step: openStep(steps, state),
    since: isoOf(last.eventTime),
    detail: 'No worker answers, so the last failure is not known.',
  };
}

/** The step that a purchase waits for, or waited for when it was cut off. */
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
