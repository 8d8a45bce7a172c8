import {
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { deadlineIn } from '../runtime/deadline';
import type { SharedCalls } from '../runtime/shared-calls';
import { eventsAfter } from '../domain/purchase/events';
import {
  UNTIL_EVENT_UPDATE,
  untilEventUpdateId,
  UPDATE_REFUSALS,
  type EventsTold,
} from '../domain/purchase/protocol';
import { requireAnswer } from './own-answer';
import { takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import { TemporalUnavailable, type EventsAnswer, type EventsQuestion } from './purchases';
import { unavailable } from './temporal-answers';
import { updateRejection } from './update-rejections';

const NOTHING_NEW: EventsAnswer = { kind: 'told', events: [], over: false };

/** The calls of a process that listen. */
export type Listening = SharedCalls<EventsAnswer>;

/**
 * The events of a purchase after a known one. Temporal holds the call until there is one. All listeners after the same
 * event share one update, so each new event costs a few history events, however many listeners there are; those of one
 * process share one call as well, and wait as long as the first of them.
 * @throws TemporalUnavailable
 */
export async function listen(
  client: Client,
  listening: Listening,
  handle: PurchaseHandle,
  { after, waitMs, signal = new AbortController().signal, isUpToDate = false }: EventsQuestion,
): Promise<EventsAnswer> {
  if (waitMs === 0) return tellKnown(client, handle, after);
  const ask = (abandoned: AbortSignal) =>
    hear(client, handle, { after, waitMs, signal: abandoned, isUpToDate });
  return (await listening.answer(`${handle.workflowId} ${after}`, signal, ask)) ?? NOTHING_NEW;
}

async function hear(
  client: Client,
  handle: PurchaseHandle,
  question: Required<EventsQuestion>,
): Promise<EventsAnswer> {
  if (!question.isUpToDate) {
    const known = await tellKnown(client, handle, question.after);
    if (known.kind !== 'told' || known.over || known.events.length > 0) return known;
  }
  return untilEvent(client, handle, question);
}

async function tellKnown(client: Client, handle: PurchaseHandle, after: number): Promise<EventsAnswer> {
  const snapshot = await takeSnapshot(client, handle);
  if (!snapshot) return { kind: 'not_found' };
  return { kind: 'told', events: eventsAfter(snapshot.purchase, after), over: snapshot.closed };
}

async function untilEvent(
  client: Client,
  handle: PurchaseHandle,
  { after, waitMs, signal }: Required<EventsQuestion>,
): Promise<EventsAnswer> {
  const held = () =>
    client.withDeadline(deadlineIn(waitMs), () =>
      handle.executeUpdate<EventsTold, [number]>(UNTIL_EVENT_UPDATE, {
        args: [after],
        updateId: untilEventUpdateId(after),
      }),
    );
  try {
    const told = await client.withAbortSignal(signal, held);
    return { kind: 'told', ...requireAnswer(told, ({ events }) => Array.isArray(events)) };
  } catch (error) {
    if (updateRejection(client, error)?.type === UPDATE_REFUSALS.requestInvalid) return { kind: 'beyond' };
    if (error instanceof WorkflowNotFoundError) return tellKnown(client, handle, after); // it is over
    if (error instanceof WorkflowUpdateFailedError) {
      throw new TemporalUnavailable('the purchase runs on an older build, which has no events', {
        cause: error,
      });
    }
    const timeIsUp = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error);
    if (timeIsUp || signal.aborted) return NOTHING_NEW;
    throw unavailable(error);
  }
}
