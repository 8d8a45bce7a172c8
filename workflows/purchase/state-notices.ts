import { CancellationScope, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { stateNoticeId } from '../../domain/identifiers';
import { NOTICE_WORKFLOW } from '../../domain/notice/protocol';
import type { AddressedNotice, StateNotice } from '../../domain/notice/notice';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { StateEvent } from '../../domain/purchase/events';
import { originOf } from '../../domain/trace';
import type { notice } from '../notice/notice';
import { noticeChild } from '../notice/child';

/** Notifies the channel of each state that it subscribed to. Each notice is a workflow that outlives the purchase. */
export class StateNotices {
  private readonly starting: Promise<void>[] = [];

  constructor(
    private readonly order: PurchaseOrder,
    private readonly policy: PurchasePolicy,
  ) {}

  notify(event: StateEvent): void {
    if (!this.order.webhookStates?.includes(event.state)) return;
    this.starting.push(CancellationScope.nonCancellable(() => this.start(stateNotice(this.order, event))));
  }

  /** To be awaited before the workflow ends: a notice whose start was not yet sent would be lost. */
  async started(): Promise<void> {
    await Promise.all(this.starting);
  }

  private async start(stateNotice: StateNotice): Promise<void> {
    const addressed: AddressedNotice = { channel: this.order.channel, notice: stateNotice };
    try {
      await startChild<typeof notice>(NOTICE_WORKFLOW, noticeChild(addressed, this.policy));
    } catch (failure) {
      // The purchase was reset, or repeated past retention: the notice is already being delivered.
      if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    }
  }
}

function stateNotice(order: PurchaseOrder, event: StateEvent): StateNotice {
  return {
    id: stateNoticeId(order.purchaseId, event.sequence),
    purchaseId: order.purchaseId,
    externalId: order.externalId,
    sequence: event.sequence,
    state: event.state,
    reason: event.reason ?? null,
    package: order.package.code,
    faceValue: order.faceValue,
    occurredAt: event.at,
    ...originOf(order),
  };
}
