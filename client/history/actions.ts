import { CANCEL_BATCH_SIGNAL } from '../../domain/batch/protocol';
import { inPersonsWords } from '../../domain/persons-words';
import { UNTIL_EVENT_UPDATE, UNTIL_OUTCOME_UPDATE } from '../../domain/purchase/protocol';
import type { HistoryPayloads } from './history-payloads';
import { isoOf, type HistoryEvent } from './purchase-history';

/** What a person did to a purchase, from its history; a rejected update leaves no trace. */
export interface PersonsAction {
  /** ISO 8601, UTC. */
  at: string;
  /** The update's name, or what was done to the workflow itself by Temporal's own tools. */
  action: string;
  /** Who and why; null if Temporal's own tools were used without them. A channel is named as such. */
  by: string | null;
  why: string | null;
  /** Ticket, such as MobiFone's case number; null if none was given. Archived under this name. */
  reference: string | null;
  decision: string | null;
  /** `applied`, or why not; null while it is running. */
  result: string | null;
}

/** Updates that only wait. */
const WAITING: ReadonlySet<string> = new Set([UNTIL_OUTCOME_UPDATE, UNTIL_EVENT_UPDATE]);

/** What people did to a purchase, in order: accepted updates, and operations on the workflow itself. */
export async function actionsOf(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<PersonsAction[]> {
  const actions: PersonsAction[] = [];
  const updates = new Map<string, PersonsAction>();
  for (const event of events) {
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
    const name = accepted?.acceptedRequest?.input?.name ?? '';
    if (accepted && !WAITING.has(name)) {
      const [request] = await payloads.ofPerson(accepted.acceptedRequest?.input?.args?.payloads);
      const action = actionOf(event, name, request);
      actions.push(action);
      updates.set(accepted.acceptedRequest?.meta?.updateId ?? '', action);
    }
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    const open = completed && updates.get(completed.meta?.updateId ?? '');
    if (open) {
      const [answer] = await payloads.ofWorkflow(completed.outcome?.success?.payloads);
      open.result = resultOf(answer, completed.outcome?.failure?.message);
    }
    const direct = doneToTheWorkflow(event);
    if (direct) actions.push(direct);
  }
  return actions;
}

/** What was done to a batch: who cancelled it, and operations on the workflow itself. */
export async function batchActionsOf(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<PersonsAction[]> {
  const actions: PersonsAction[] = [];
  for (const event of events) {
    const signaled = event.workflowExecutionSignaledEventAttributes;
    if (signaled?.signalName === CANCEL_BATCH_SIGNAL) {
      const request = await payloads.ofSignal(signaled.input?.payloads);
      actions.push({ ...actionOf(event, CANCEL_BATCH_SIGNAL, request), result: 'applied' });
    }
    const direct = doneToTheWorkflow(event);
    if (direct) actions.push(direct);
  }
  return actions;
}

function actionOf(event: HistoryEvent, action: string, request: unknown): PersonsAction {
  const given = (typeof request === 'object' && request !== null ? request : {}) as Record<string, unknown>; // any update's argument
  const text = (field: string) => (typeof given[field] === 'string' ? given[field] : null);
  return inPersonsWords({
    at: isoOf(event.eventTime),
    action,
    by: text('by'),
    why: text('why'),
    reference: text('reference'),
    decision: text('decision'),
    result: null,
  });
}

function resultOf(answer: unknown, failure: string | null | undefined): string {
  if (failure) return failure;
  const refused = typeof answer === 'object' && answer !== null && 'applied' in answer && !answer.applied;
  return refused && 'because' in answer ? String(answer.because) : 'applied';
}

function doneToTheWorkflow(event: HistoryEvent): PersonsAction | undefined {
  const at = isoOf(event.eventTime);
  const cancelled = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancelled) return direct(at, 'cancel_workflow', cancelled.identity, cancelled.cause);
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return direct(at, 'terminate_workflow', terminated.identity, terminated.reason);
  const reset = event.workflowTaskFailedEventAttributes;
  if (reset?.newRunId) return direct(at, 'reset_workflow', reset.identity, reset.failure?.message);
  return undefined;
}

function direct(
  at: string,
  action: string,
  by: string | null | undefined,
  why: string | null | undefined,
): PersonsAction {
  return inPersonsWords({
    at,
    action,
    by: by || null,
    why: why || null,
    reference: null,
    decision: null,
    result: null,
  });
}
