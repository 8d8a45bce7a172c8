import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  type CancelRequest,
  type DecisionRequest,
  type DecisionResult,
} from '../domain/purchase/protocol';
import { isoOf } from '../client/history/event-time';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** What somebody did to a purchase, as its history keeps it. */
export interface PersonsAct {
  /** ISO 8601, UTC. */
  at: string;
  /** A decision's name, or `cancel`. */
  what: string;
  by: string;
  why: string;
  reference: string | null;
  /** Why it was not applied: MobiFone's word outranks it. Null when it was, or is not settled yet. */
  notApplied: string | null;
}

/** The acts of people in a history, in order; waiting and listening are no acts. */
export async function peoplesActs(client: Client, events: readonly HistoryEvent[]): Promise<PersonsAct[]> {
  const converter = client.options.loadedDataConverter;
  const acts = new Map<string, PersonsAct>();
  for (const event of events) {
    const asked = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const name = asked?.input?.name;
    if (asked && (name === CANCEL_UPDATE || name === DECIDE_UPDATE)) {
      const [request] = (await decodeArrayFromPayloads(converter, asked.input?.args?.payloads)) as [
        (CancelRequest | DecisionRequest)?,
      ]; // accepted by the workflow, so it is one
      if (!request) continue;
      const { by, why, reference = null } = request;
      const what = 'decision' in request ? request.decision : CANCEL_UPDATE;
      const at = isoOf(event.eventTime);
      acts.set(asked.meta?.updateId ?? '', { at, what, by, why, reference, notApplied: null });
    }
    const answered = event.workflowExecutionUpdateCompletedEventAttributes;
    const act = acts.get(answered?.meta?.updateId ?? '');
    if (answered && act?.what !== undefined && act.what !== CANCEL_UPDATE) {
      const [result] = (await decodeArrayFromPayloads(converter, answered.outcome?.success?.payloads)) as [
        DecisionResult?,
      ]; // the answer to `decide`
      if (result && !result.applied) act.notApplied = result.because;
    }
  }
  return [...acts.values()];
}
