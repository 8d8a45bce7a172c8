import { markdownText } from '../domain/harmless-text';
import {
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import { maskMsisdn, type Msisdn } from '../domain/msisdn';
import {
  acceptedPurchase,
  differingFields,
  mayCancel,
  type Purchase,
  type PurchaseOrder,
  type PurchasePolicy,
} from '../domain/purchase/purchase';
import {
  CANCEL_UPDATE,
  PURCHASE_WORKFLOW,
  UPDATE_REFUSALS,
  type CancelRequest,
  type CancelResult,
} from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchase } from '../workflows/purchase/purchase';
import { ownCancellation } from './own-cancellation';
import { namespaceFault } from './namespace-state';
import { ownPurchase, takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import {
  TemporalUnavailable,
  type Cancellation,
  type EventsAnswer,
  type EventsQuestion,
  type Purchases,
  type Readiness,
  type Submission,
  type HowToWait,
} from './purchases';
import { listen, type Listening } from './purchase-listening';
import type { ServerClock } from '../runtime/server-clock';
import { SharedCalls } from '../runtime/shared-calls';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { searchableOrder } from './searchable-order';
import { OutcomeWaits } from './until-outcome';
import { rejectionType, updateRejection } from './update-rejections';
import type { WriteHealth } from './write-health';

/** After how long without an answer an order whose channel waits is made durable by a start without the wait, ms. */
const DURABLE_WITHIN_MS = 2_000;

/** Longer than the three calls of a sale's first attempt may take, which a cancellation waits for, ms. */
const CANCEL_DEADLINE_MS = 10_000;

/** Of rows of batches: whoever waits for a single sale goes before. */
const LOWEST_PRIORITY = 5;

function batchInWords({ batchId }: PurchaseOrder): string {
  return batchId === undefined ? '' : ` A row of batch ${markdownText(batchId)}.`;
}

/** What came of starting a purchase; `perhapsOurs`: this very submission may have started it. */
type Started = { kind: 'started'; told?: Purchase } | { kind: 'exists'; perhapsOurs: boolean };

/**
 * @throws anything but that the workflow exists; TemporalUnavailable where the server, asked to start it, finds it both there
 *   and gone: the start may be sent again
 */
async function existsOr<T>(start: () => Promise<T>): Promise<T | Extract<Started, { kind: 'exists' }>> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'exists', perhapsOurs: false };
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TemporalUnavailable('the start was answered with not found', { cause: error });
  }
}

/** What is particular about the rows of batches, which a worker starts and not the API. */
export interface RowsOfBatches {
  /**
   * Whether the batch that begins a row has `ownActivityIds`. An API that gives them is updated when all workers are; an older
   * worker could take up a row before that, and no newer one could go on with it.
   */
  haveOwnActivityIds: () => boolean;
}

/** Purchases as workflows; there is no other store (design decisions 1 and 8). */
export class TemporalPurchases implements Purchases {
  private readonly waits: OutcomeWaits;
  private readonly listening: Listening = new SharedCalls();
  private asked: Promise<Readiness> | undefined;

  constructor(
    private readonly client: Client,
    private readonly settings: {
      taskQueue: string;
      policy: PurchasePolicy;
      /** Whether the purchases are rows of batches, which come after single sales. */
      rows?: RowsOfBatches | undefined;
      /**
       * The update id of a purchase's cancellation, which its repeats share and nobody can foresee: somebody could take it with
       * another update, whose answer the cancellation would then get.
       */
      cancelId?: (workflowId: string) => string;
      /** The hash by which operators search a subscriber's purchases. */
      subscriberHash?: (number: Msisdn) => string | undefined;
      /** Receives the start times of purchases by Temporal's clock. */
      clock?: ServerClock;
      /** Learns from each order whether Temporal accepts writes. */
      writes?: WriteHealth;
    },
  ) {
    this.waits = new OutcomeWaits(client);
  }

  async submit(
    order: PurchaseOrder,
    waitMs: number,
    { fromTheStart = true, onWaiting }: HowToWait = {},
  ): Promise<Submission> {
    const workflowId = purchaseWorkflowId(order.channel, order.externalId);
    const until = performance.now() + waitMs;
    const started =
      waitMs > 0 && fromTheStart
        ? await this.startAndWait(workflowId, order, waitMs, onWaiting)
        : await this.start(workflowId, order);
    onWaiting?.();
    if (started.kind === 'exists') return this.repeat(workflowId, order, { until, ...started });
    void this.settings.clock?.learn(() => this.startedAtMs(workflowId));
    if (waitMs === 0) return { kind: 'accepted', purchase: acceptedPurchase(order) };
    const told = started.told ?? (await this.outcome(workflowId, until));
    return { kind: 'accepted', purchase: told ?? acceptedPurchase(order) };
  }

  async find(channel: ChannelName, externalId: ExternalId, waitMs: number): Promise<Purchase | undefined> {
    const handle = this.handle(purchaseWorkflowId(channel, externalId));
    return waitMs > 0 ? this.waits.untilOutcome(handle, waitMs) : this.snapshot(handle);
  }

  async cancel(channel: ChannelName, externalId: ExternalId, why: string): Promise<Cancellation> {
    const handle = this.handle(purchaseWorkflowId(channel, externalId));
    const request: CancelRequest = { refusal: 'cancelled_by_channel', by: channel, why };
    const updateId = this.settings.cancelId?.(handle.workflowId) ?? CANCEL_UPDATE;
    try {
      const told = await this.ask(CANCEL_DEADLINE_MS, () =>
        handle.executeUpdate<CancelResult, [CancelRequest]>(CANCEL_UPDATE, { args: [request], updateId }),
      );
      return { kind: 'cancelling', purchase: await ownCancellation(this.client, handle, told) };
    } catch (error) {
      const isTooLate =
        error instanceof WorkflowNotFoundError || rejectionType(error) === UPDATE_REFUSALS.tooLateToCancel;
      const purchase = isTooLate ? await this.snapshot(handle) : undefined;
      // What the purchase itself says needs no seal, which a refusal of an earlier version does not have.
      if (!purchase || mayCancel(purchase)) updateRejection(this.client, error);
      if (!isTooLate) throw error;
      return purchase ? { kind: 'too_late', purchase } : { kind: 'not_found' };
    }
  }

  eventsAfter(channel: ChannelName, externalId: ExternalId, question: EventsQuestion): Promise<EventsAnswer> {
    return listen(
      this.client,
      this.listening,
      this.handle(purchaseWorkflowId(channel, externalId)),
      question,
    );
  }

  /** However many ask, Temporal is asked by one at a time: whoever asks needs no key. */
  readiness(): Promise<Readiness> {
    this.asked ??= this.askReadiness().finally(() => (this.asked = undefined));
    return this.asked;
  }

  private async askReadiness(): Promise<Readiness> {
    try {
      // Fails until the namespace exists; without its search attributes no purchase can start, or go on.
      const fault = await namespaceFault(this.client);
      if (fault) return fault;
    } catch (error) {
      if (error instanceof TemporalUnavailable || isGrpcServiceError(error)) return 'no_answer';
      throw error;
    }
    return (await this.settings.writes?.ask()) === false ? 'no_writes' : 'ready';
  }

  private write<T>(write: () => Promise<T>): Promise<T> {
    return this.settings.writes?.watch(write) ?? write();
  }

  private handle(workflowId: string): PurchaseHandle {
    return this.client.workflow.getHandle<typeof purchase>(workflowId);
  }

  /** @throws TemporalUnavailable */
  private async start(workflowId: string, order: PurchaseOrder): Promise<Started> {
    const options = this.startOptions(workflowId, order);
    const start = () => this.client.workflow.start<typeof purchase>(PURCHASE_WORKFLOW, options);
    return existsOr(async () => {
      await this.write(() => this.ask(CALL_DEADLINE_MS, start));
      return { kind: 'started' };
    });
  }

  /**
   * Starts a purchase that answers with its outcome. Where no answer comes within seconds, the purchase is started without
   * the wait as well, so that the order is durable, or refused, soon; mostly it turns out to exist.
   */
  private async startAndWait(
    workflowId: string,
    order: PurchaseOrder,
    waitMs: number,
    onWaiting?: () => void,
  ): Promise<Started> {
    const options = this.startOptions(workflowId, order);
    const operation = new WithStartWorkflowOperation<typeof purchase>(PURCHASE_WORKFLOW, options);
    const givenUp = new AbortController();
    const waiting = existsOr(async (): Promise<Started | undefined> => {
      const told = await this.waits.start(operation, waitMs, givenUp.signal);
      if (told === 'unknown') return undefined;
      this.settings.writes?.proven();
      const own = ownPurchase(this.handle(workflowId), told);
      return { kind: 'started', ...(own.outcome ? { told: own } : {}) };
    });
    const soon = await Promise.race([waiting, setTimeout(DURABLE_WITHIN_MS, undefined, { ref: false })]);
    if (soon) return soon;
    const confirmed = await this.start(workflowId, order).catch((fault: unknown) => {
      givenUp.abort(); // or it would start what is refused now
      throw fault;
    });
    onWaiting?.();
    const started = (await waiting) ?? confirmed;
    return started.kind === 'exists' ? { kind: 'exists', perhapsOurs: true } : started;
  }

  private startOptions(
    workflowId: string,
    order: PurchaseOrder,
  ): WorkflowStartOptions<typeof purchase> & { workflowIdConflictPolicy: WorkflowIdConflictPolicy } {
    const { policy, rows } = this.settings;
    const subscriber = this.settings.subscriberHash?.(order.msisdn);
    const what = `${order.package.code} for ${maskMsisdn(order.msisdn)}`;
    return {
      workflowId,
      taskQueue: this.settings.taskQueue,
      args: [order, rows ? { ...policy, bulk: true, ownActivityIds: rows.haveOwnActivityIds() } : policy],
      // A repeated order must never charge again, but Temporal's defaults would start a new run.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      memo: { order },
      staticSummary: `${what}, ${order.paymentForm}, ${order.channel}`,
      staticDetails: `Order ${markdownText(order.externalId)} of ${order.channel}: ${what} at ${order.faceValue} VND, purchase ${order.purchaseId}.${batchInWords(order)}`,
      priority: { fairnessKey: order.channel, ...(rows ? { priorityKey: LOWEST_PRIORITY } : {}) },
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.purchaseState, value: 'accepted' },
        ...searchableOrder(order),
        ...(subscriber === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.subscriber, value: subscriber }]),
      ],
    };
  }

  /** An order whose workflow exists: it was accepted before, or by this very submission, whose answer was lost. */
  private async repeat(
    workflowId: string,
    order: PurchaseOrder,
    { until, perhapsOurs }: { until: number; perhapsOurs: boolean },
  ): Promise<Submission> {
    const existing = await this.snapshot(this.handle(workflowId));
    if (!existing) throw new TemporalUnavailable('the purchase disappeared during the lookup; send it again');
    const differing = differingFields(existing.order, { msisdn: order.msisdn, package: order.package.code });
    if (differing.length > 0) return { kind: 'conflict', differing };
    const kind = perhapsOurs && existing.order.acceptedAt === order.acceptedAt ? 'accepted' : 'repeated';
    if (existing.outcome || performance.now() >= until) return { kind, purchase: existing };
    return { kind, purchase: (await this.outcome(workflowId, until)) ?? existing };
  }

  private async startedAtMs(workflowId: string): Promise<number> {
    const { startTime } = await this.ask(CALL_DEADLINE_MS, () => this.handle(workflowId).describe());
    return startTime.getTime();
  }

  /** @param until milliseconds of `performance.now()`; when that is over, the purchase as it is */
  private outcome(workflowId: string, until: number): Promise<Purchase | undefined> {
    return this.waits.untilOutcome(this.handle(workflowId), until - performance.now());
  }

  private async snapshot(handle: PurchaseHandle): Promise<Purchase | undefined> {
    return (await takeSnapshot(this.client, handle))?.purchase;
  }

  private ask<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    return answerOf(this.client, deadlineMs, call);
  }
}
