import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WithStartWorkflowOperation,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { deadlineIn, TimeLimit } from '../runtime/deadline';
import type { Purchase } from '../domain/purchase/purchase';
import { UNTIL_OUTCOME_UPDATE } from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchase } from '../workflows/purchase/purchase';
import { TemporalUnavailable } from './purchases';
import { ownPurchase, takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import { CALL_DEADLINE_MS, hasCode, isAnswering, unavailable } from './temporal-answers';

/** How long a call that several share may last, ms: longer than an answer is held; who waits on asks again. */
const SHARED_CALL_MS = 45_000;

/** While the purchase cannot be asked, it is awaited to its end this long before it is asked again, ms. */
const END_AWAITED_MS = 2_000;

/**
 * Time from the end of a wait to the call's deadline, ms. In the last second before a deadline Temporal holds no call: it
 * returns nothing, and its client polls again at once, a thousand times. So a wait is ended by cancelling; the deadline
 * only backs it up.
 */
const SPARE_MS = 2_000;

/**
 * Waits for outcomes. A purchase answers by one update as soon as its outcome is known, before its messages; all who wait
 * for it share that update, and those in this process share one call. Where an update is not possible (Temporal limits
 * how many a workflow may have), the end of the workflow is awaited instead.
 */
export class OutcomeWaits {
  /** The calls that wait for an update, by workflow. */
  private readonly asked = new Map<string, SharedCall>();
  private readonly looks = new Map<string, Promise<Purchase | undefined>>();

  constructor(private readonly client: Client) {}

  /**
   * Starts a purchase that answers with its outcome; its worker knows from the beginning that somebody waits.
   * @param operation the start, used once
   * @param givenUp ends the wait: nothing is sent any more
   * @returns the purchase, with its outcome unless its run ended before; `unknown` when it may have begun
   * @throws WorkflowExecutionAlreadyStartedError
   */
  async start(
    operation: WithStartWorkflowOperation<typeof purchase>,
    waitMs: number,
    givenUp: AbortSignal,
  ): Promise<Purchase | 'unknown'> {
    if (!isAnswering(this.client)) return 'unknown';
    const until = performance.now() + waitMs;
    const start = () =>
      this.client.workflow.executeUpdateWithStart<typeof purchase, Purchase, []>(UNTIL_OUTCOME_UPDATE, {
        // Of its own: Temporal would take an order with a known update for that order's repetition.
        updateId: `${UNTIL_OUTCOME_UPDATE}-${randomUUID()}`,
        startWorkflowOperation: operation,
      });
    const told = await this.held(until, start, givenUp);
    return typeof told === 'object' ? told : 'unknown';
  }

  /**
   * Waits for the outcome of a purchase; after the given time, returns the purchase as it is.
   * @returns undefined if there is no such purchase
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async untilOutcome(handle: PurchaseHandle, waitMs: number): Promise<Purchase | undefined> {
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      const told = await this.ask(handle, until);
      if (typeof told === 'object' && told.outcome) return ownPurchase(handle, told);
      if (told === 'nobody_to_wait_with') break;
      if (performance.now() >= until) break;
      const ended = await this.held(Math.min(until, performance.now() + END_AWAITED_MS), () =>
        handle.result(),
      );
      if (typeof ended === 'object') break; // it is read with more care than the latest run's result
      if (ended === 'nobody_to_wait_with' || (await this.outcomeStands(handle, until))) break;
    }
    return this.asItStands(handle);
  }

  /** Those who ask at the same moment share one look. */
  private asItStands(handle: PurchaseHandle): Promise<Purchase | undefined> {
    const { workflowId } = handle;
    const looked =
      this.looks.get(workflowId) ??
      takeSnapshot(this.client, handle)
        .then((snapshot) => snapshot?.purchase)
        .finally(() => this.looks.delete(workflowId));
    this.looks.set(workflowId, looked);
    return looked;
  }

  /** Whether the outcome is known although a message or a refund notice is still being sent; needs no worker. */
  private async outcomeStands(handle: PurchaseHandle, until: number): Promise<boolean> {
    const looked = await this.held(Math.min(until, performance.now() + CALL_DEADLINE_MS), () =>
      handle.describe(),
    );
    if (looked === 'no_answer') return false;
    if (looked === 'nobody_to_wait_with') return true;
    return looked.typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseOutcome) !== undefined;
  }

  /** Asks by the update; whoever waits for the same purchase shares the call. */
  private async ask(handle: PurchaseHandle, until: number): Promise<Purchase | Silence> {
    const { workflowId } = handle;
    const known = this.asked.get(workflowId);
    if (known) return known.answerUntil(until);
    const forget = (ended: SharedCall) => {
      if (this.asked.get(workflowId) === ended) this.asked.delete(workflowId);
    };
    const call = new SharedCall(this.client, () => askForOutcome(handle), forget);
    this.asked.set(workflowId, call);
    return call.answerUntil(until);
  }

  /**
   * @param until when the call is cancelled, milliseconds of `performance.now()`
   * @returns `no_answer` if the time is up or the server is overloaded
   */
  private held<T extends object>(
    until: number,
    call: () => Promise<T>,
    givenUp?: AbortSignal,
  ): Promise<T | Silence> {
    const limit = new TimeLimit(leftMs(until), givenUp);
    const answer = callUntil(this.client, limit, call);
    return Promise.race([answer, silenceAt(limit)]); // a call between two attempts ignores the signal
  }
}

/** A call that ends with the limit; see `SPARE_MS`. */
function callUntil<T>(client: Client, limit: TimeLimit, call: () => Promise<T>): Promise<T | Silence> {
  const cancellable = () => client.withAbortSignal(limit.signal, call);
  return client
    .withDeadline(deadlineIn(limit.milliseconds + SPARE_MS), cancellable)
    .catch(silenceOf)
    .finally(() => limit.end());
}

/** One call whose answer several wait for. It is cancelled when the last of them has left. */
class SharedCall {
  private readonly nobodyWaits = new AbortController();
  private readonly answer: Promise<Purchase | Silence>;
  private waiting = 0;

  constructor(
    client: Client,
    call: () => Promise<Purchase>,
    private readonly onEnd: (ended: SharedCall) => void,
  ) {
    const limit = new TimeLimit(SHARED_CALL_MS, this.nobodyWaits.signal);
    this.answer = callUntil(client, limit, call).finally(() => onEnd(this));
    this.answer.catch(() => undefined); // told to whoever waits
  }

  async answerUntil(until: number): Promise<Purchase | Silence> {
    this.waiting += 1;
    const limit = new TimeLimit(leftMs(until));
    try {
      return await Promise.race([this.answer, silenceAt(limit)]);
    } finally {
      limit.end();
      this.waiting -= 1;
      if (this.waiting === 0) {
        this.onEnd(this);
        this.nobodyWaits.abort();
      }
    }
  }
}

function askForOutcome(handle: PurchaseHandle): Promise<Purchase> {
  return handle.executeUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, { updateId: UNTIL_OUTCOME_UPDATE });
}

type Silence = 'no_answer' | 'nobody_to_wait_with';

/** @param until milliseconds of `performance.now()`; Node requires an integer */
function leftMs(until: number): number {
  return Math.max(0, Math.ceil(until - performance.now()));
}

function silenceAt({ signal }: TimeLimit): Promise<Silence> {
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve('no_answer'), { once: true }),
  );
}

/** @throws errors that are our own mistake */
function silenceOf(error: unknown): Silence {
  const nobodyToWaitWith =
    error instanceof WorkflowNotFoundError ||
    error instanceof WorkflowFailedError || // it was ended from outside
    error instanceof WorkflowUpdateFailedError ||
    hasCode(error, status.FAILED_PRECONDITION);
  if (nobodyToWaitWith) return 'nobody_to_wait_with';
  if (hasCode(error, status.UNIMPLEMENTED)) return 'no_answer';
  const fault = unavailable(error);
  if (fault instanceof TemporalUnavailable) return 'no_answer';
  throw fault;
}
