import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import type { Purchase } from '../domain/purchase';
import { UNTIL_OUTCOME_UPDATE } from '../domain/purchase-protocol';
import { TemporalUnavailable } from './purchases';
import { takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import { hasCode, unavailable } from './temporal-answers';

/**
 * How long the purchase's end is waited for before it is asked for its outcome, milliseconds. Waiting for the end
 * leaves nothing in the history; the question leaves five events and takes a workflow task, but is answered while a
 * message or a refund notice still hangs.
 */
export const END_AWAITED_MS = 2_000;

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
  { waitMs, endAwaitedMs }: { waitMs: number; endAwaitedMs: number },
): Promise<Purchase | undefined> {
  const until = Date.now() + waitMs;
  const ended = await held(client, Math.min(until, Date.now() + endAwaitedMs), () => handle.result());
  const asked = ended === 'no_answer' && Date.now() < until;
  const known = asked ? await held(client, until, () => askForOutcome(handle)) : ended;
  if (typeof known === 'object') return known;
  return (await takeSnapshot(client, handle))?.purchase;
}

function askForOutcome(handle: PurchaseHandle): Promise<Purchase> {
  return handle.executeUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, { updateId: UNTIL_OUTCOME_UPDATE });
}

/**
 * @param until when the call is given up, milliseconds since the epoch
 * @returns `no_answer` when the time is up, or when a server at its limit said so in words of its own
 */
async function held(
  client: Client,
  until: number,
  call: () => Promise<Purchase>,
): Promise<Purchase | 'no_answer' | 'nobody_to_wait_with'> {
  try {
    return await client.withDeadline(until, call);
  } catch (error) {
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
}
