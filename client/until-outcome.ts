import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { deadlineIn } from '../runtime/deadline';
import type { Purchase } from '../domain/purchase/purchase';
import { UNTIL_OUTCOME_UPDATE } from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { TemporalUnavailable } from './purchases';
import { takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import { CALL_DEADLINE_MS, hasCode, unavailable } from './temporal-answers';

/**
 * Waits for the purchase's end, each followed by a check of its outcome, ms; after the last one the purchase is asked by
 * an update. Waits and checks add nothing to the history and need no worker, so they do not load a busy one; the update
 * adds five events and takes a workflow task.
 */
export const END_AWAITED_MS: readonly number[] = [2_000, 1_000, 1_000, 2_000, 2_000];

/**
 * Time from the end of a wait to the call's deadline, ms. In the last second before a deadline Temporal holds no call: it
 * returns nothing, and its client polls again at once, a thousand times. So a wait is ended by cancelling; the deadline
 * only backs it up.
 */
const SPARE_MS = 2_000;

/**
 * Waits for the outcome of a purchase; after the given time, returns the purchase as it is. Most purchases are over before
 * the update. All waiters share one update by its id, so the cost in history events does not depend on their number.
 * @returns undefined if there is no such purchase
 * @throws TemporalUnavailable, PurchaseUnreadable
 */
export async function untilOutcome(
  client: Client,
  handle: PurchaseHandle,
  { waitMs, endAwaitedMs }: { waitMs: number; endAwaitedMs: readonly number[] },
): Promise<Purchase | undefined> {
  const until = performance.now() + waitMs;
  for (const awaitedMs of endAwaitedMs) {
    const ended = await held(client, Math.min(until, performance.now() + awaitedMs), () => handle.result());
    if (typeof ended === 'object') return ended;
    const asItStands =
      ended === 'nobody_to_wait_with' ||
      performance.now() >= until ||
      (await outcomeStands(client, handle, until));
    if (asItStands) return snapshot(client, handle);
  }
  const told = await held(client, until, () => askForOutcome(handle));
  return typeof told === 'object' ? told : snapshot(client, handle);
}

async function snapshot(client: Client, handle: PurchaseHandle): Promise<Purchase | undefined> {
  return (await takeSnapshot(client, handle))?.purchase;
}

/** Whether the outcome is known although a message or a refund notice is still being sent; needs no worker. */
async function outcomeStands(client: Client, handle: PurchaseHandle, until: number): Promise<boolean> {
  const looked = await held(client, Math.min(until, performance.now() + CALL_DEADLINE_MS), () =>
    handle.describe(),
  );
  if (looked === 'no_answer') return false;
  if (looked === 'nobody_to_wait_with') return true;
  return looked.typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseOutcome) !== undefined;
}

function askForOutcome(handle: PurchaseHandle): Promise<Purchase> {
  return handle.executeUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, { updateId: UNTIL_OUTCOME_UPDATE });
}

/**
 * @param until when the call is cancelled, milliseconds of `performance.now()`
 * @returns `no_answer` if the time is up or the server is overloaded
 */
function held<T extends object>(client: Client, until: number, call: () => Promise<T>): Promise<T | Silence> {
  const leftMs = Math.max(0, Math.ceil(until - performance.now())); // Node requires an integer
  const timeIsUp = AbortSignal.timeout(leftMs);
  const noAnswer = new Promise<Silence>((resolve) =>
    timeIsUp.addEventListener('abort', () => resolve('no_answer'), { once: true }),
  );
  const cancellable = () => client.withAbortSignal(timeIsUp, call);
  const answer = client.withDeadline(deadlineIn(leftMs + SPARE_MS), cancellable).catch(silenceOf);
  return Promise.race([answer, noAnswer]); // a call between two attempts ignores the signal
}

type Silence = 'no_answer' | 'nobody_to_wait_with';

/** @throws errors that are our own mistake */
function silenceOf(error: unknown): Silence {
  const nobodyToWaitWith =
    error instanceof WorkflowNotFoundError ||
    error instanceof WorkflowFailedError || // it was ended from outside
    error instanceof WorkflowUpdateFailedError ||
    hasCode(error, status.FAILED_PRECONDITION);
  if (nobodyToWaitWith) return 'nobody_to_wait_with';
  const fault = unavailable(error);
  if (fault instanceof TemporalUnavailable) return 'no_answer';
  throw fault;
}
