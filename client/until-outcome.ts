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
 * How long the purchase's end is waited for before each look at whether its outcome stands, and after the last of them
 * the purchase is asked for it, milliseconds. The wait and the looks leave nothing in the history, and no worker has to
 * do with them, so that a busy one has no more to do for being busy; the question leaves five events and takes a
 * workflow task.
 */
export const END_AWAITED_MS: readonly number[] = [2_000, 1_000, 1_000, 2_000, 2_000];

/**
 * What a held call's own deadline lies beyond the time that it is held for, milliseconds. In the last second before a
 * deadline Temporal holds no call: it answers that there is nothing yet, and its client asks again at once, a thousand
 * times over. So the time is kept by cancelling; the deadline is for a call that cancelling came too early for.
 */
const SPARE_MS = 2_000;

/**
 * The purchase with its outcome, which Temporal holds the call for; when the time is up, the purchase as it stands.
 * Most purchases are over before they need to be asked. All who ask share one update by its id, so that waiting costs
 * a purchase the same few events however many wait and however often they do.
 * @returns nothing when there is no such purchase
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

/** Whether the outcome is known already while a message or a refund notice still hangs; no worker is asked. */
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
 * @param until when the call is given up, milliseconds of `performance.now()`
 * @returns `no_answer` when the time is up, or when a server at its limit said so in words of its own
 */
function held<T extends object>(client: Client, until: number, call: () => Promise<T>): Promise<T | Silence> {
  const leftMs = Math.max(0, Math.ceil(until - performance.now())); // a whole number, as Node wants it
  const timeIsUp = AbortSignal.timeout(leftMs);
  const noAnswer = new Promise<Silence>((resolve) =>
    timeIsUp.addEventListener('abort', () => resolve('no_answer'), { once: true }),
  );
  const cancellable = () => client.withAbortSignal(timeIsUp, call);
  const answer = client.withDeadline(deadlineIn(leftMs + SPARE_MS), cancellable).catch(silenceOf);
  return Promise.race([answer, noAnswer]); // a call between two attempts does not heed the signal
}

type Silence = 'no_answer' | 'nobody_to_wait_with';

/** @throws whatever is our own mistake */
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
