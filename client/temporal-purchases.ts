import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import { localDay } from '../domain/local-time';
import { maskMsisdn, type Msisdn } from '../domain/msisdn';
import {
  acceptedPurchase,
  differingFields,
  type Purchase,
  type PurchaseOrder,
  type PurchasePolicy,
} from '../domain/purchase/purchase';
import {
  CANCEL_UPDATE,
  PURCHASE_WORKFLOW,
  UPDATE_REFUSALS,
  type CancelRequest,
} from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchase } from '../workflows/purchase/purchase';
import { QUERY_DEADLINE_MS, takeSnapshot, type PurchaseHandle } from './purchase-snapshot';
import {
  TemporalUnavailable,
  type Cancellation,
  type EventsAnswer,
  type EventsQuestion,
  type Purchases,
  type Readiness,
  type Submission,
} from './purchases';
import { listen } from './purchase-listening';
import type { ServerClock } from '../runtime/server-clock';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { END_AWAITED_MS, untilOutcome } from './until-outcome';
import { updateRejection } from './update-rejections';
import { countRuns } from './visibility-pages';
import type { WriteHealth } from './write-health';

/** Purchases as workflows; there is no other store (design decisions 1 and 8). */
export class TemporalPurchases implements Purchases {
  constructor(
    private readonly client: Client,
    private readonly settings: {
      taskQueue: string;
      policy: PurchasePolicy;
      /** The hash by which operators search a subscriber's purchases. */
      subscriberHash?: (number: Msisdn) => string | undefined;
      /** See `END_AWAITED_MS`. */
      endAwaitedMs?: readonly number[];
      /** Receives the start times of purchases by Temporal's clock. */
      clock?: ServerClock;
      /** Learns from each order whether Temporal accepts writes. */
      writes?: WriteHealth;
    },
  ) {}

  async submit(order: PurchaseOrder, waitMs: number): Promise<Submission> {
    const workflowId = purchaseWorkflowId(order.channel, order.externalId);
    try {
      await this.write(() => this.ask(CALL_DEADLINE_MS, () => this.start(workflowId, order)));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.repeat(this.handle(workflowId), order, waitMs);
    }
    void this.settings.clock?.learn(() => this.startedAtMs(workflowId));
    const known = waitMs > 0 ? await this.untilOutcome(this.handle(workflowId), waitMs) : undefined;
    return { kind: 'accepted', purchase: known ?? acceptedPurchase(order) };
  }

  async find(channel: ChannelName, externalId: ExternalId, waitMs: number): Promise<Purchase | undefined> {
    const handle = this.handle(purchaseWorkflowId(channel, externalId));
    const now = await this.snapshot(handle);
    if (!now || now.outcome || waitMs === 0) return now;
    return this.untilOutcome(handle, waitMs);
  }

  async cancel(channel: ChannelName, externalId: ExternalId, why: string): Promise<Cancellation> {
    const handle = this.handle(purchaseWorkflowId(channel, externalId));
    const request: CancelRequest = { refusal: 'cancelled_by_channel', by: channel, why };
    try {
      const purchase = await this.ask(CALL_DEADLINE_MS, () =>
        handle.executeUpdate<Purchase, [CancelRequest]>(CANCEL_UPDATE, {
          args: [request],
          updateId: CANCEL_UPDATE,
        }),
      );
      return { kind: 'cancelling', purchase };
    } catch (error) {
      if (
        !(error instanceof WorkflowNotFoundError) &&
        updateRejection(error)?.type !== UPDATE_REFUSALS.tooLateToCancel
      ) {
        throw error;
      }
      const purchase = await this.snapshot(handle);
      return purchase ? { kind: 'too_late', purchase } : { kind: 'not_found' };
    }
  }

  eventsAfter(channel: ChannelName, externalId: ExternalId, question: EventsQuestion): Promise<EventsAnswer> {
    return listen(this.client, this.handle(purchaseWorkflowId(channel, externalId)), question);
  }

  async readiness(): Promise<Readiness> {
    try {
      // Fails until the namespace exists and knows the search attributes, without which no purchase can start.
      await countRuns(this.client, `${SEARCH_ATTRIBUTES.purchaseState.name} IS NULL`, QUERY_DEADLINE_MS);
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

  private async start(workflowId: string, order: PurchaseOrder): Promise<void> {
    const subscriber = this.settings.subscriberHash?.(order.msisdn);
    const what = `${order.package.code} for ${maskMsisdn(order.msisdn)}`;
    await this.client.workflow.start<typeof purchase>(PURCHASE_WORKFLOW, {
      workflowId,
      taskQueue: this.settings.taskQueue,
      args: [order, this.settings.policy],
      // A repeated order must never charge again, but Temporal's defaults would start a new run.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      memo: { order },
      staticSummary: `${what}, ${order.paymentForm}, ${order.channel}`,
      staticDetails: `Order ${order.externalId} of ${order.channel}: ${what} at ${order.faceValue} VND, purchase ${order.purchaseId}.`,
      priority: { fairnessKey: order.channel },
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.purchaseState, value: 'accepted' },
        { key: SEARCH_ATTRIBUTES.purchaseId, value: order.purchaseId },
        { key: SEARCH_ATTRIBUTES.channel, value: order.channel },
        { key: SEARCH_ATTRIBUTES.packageCode, value: order.package.code },
        { key: SEARCH_ATTRIBUTES.paymentForm, value: order.paymentForm },
        { key: SEARCH_ATTRIBUTES.faceValue, value: order.faceValue },
        { key: SEARCH_ATTRIBUTES.discountAmount, value: order.discount.amount },
        { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(order.acceptedAt)) },
        ...(subscriber === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.subscriber, value: subscriber }]),
      ],
    });
  }

  private async repeat(handle: PurchaseHandle, order: PurchaseOrder, waitMs: number): Promise<Submission> {
    const existing = await this.snapshot(handle);
    if (!existing) throw new TemporalUnavailable('the purchase disappeared during the lookup; send it again');
    const differing = differingFields(existing.order, { msisdn: order.msisdn, package: order.package.code });
    if (differing.length > 0) return { kind: 'conflict', differing };
    if (existing.outcome || waitMs === 0) return { kind: 'repeated', purchase: existing };
    return { kind: 'repeated', purchase: (await this.untilOutcome(handle, waitMs)) ?? existing };
  }

  private async startedAtMs(workflowId: string): Promise<number> {
    const { startTime } = await this.ask(CALL_DEADLINE_MS, () => this.handle(workflowId).describe());
    return startTime.getTime();
  }

  private untilOutcome(handle: PurchaseHandle, waitMs: number): Promise<Purchase | undefined> {
    const { endAwaitedMs = END_AWAITED_MS } = this.settings;
    return untilOutcome(this.client, handle, { waitMs, endAwaitedMs });
  }

  private async snapshot(handle: PurchaseHandle): Promise<Purchase | undefined> {
    return (await takeSnapshot(this.client, handle))?.purchase;
  }

  private ask<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    return answerOf(this.client, deadlineMs, call);
  }
}
