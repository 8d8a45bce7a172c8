import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { stateNoticeId } from '../domain/identifiers';
import { NOTICE_MEMO, NOTICE_WORKFLOW, noticeWorkflowId } from '../domain/notice-protocol';
import { noticeType, type AddressedNotice, type StateNotice } from '../domain/notices';
import type { PurchaseOrder, PurchasePolicy } from '../domain/purchase';
import type { StateEvent } from '../domain/purchase-events';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { notice } from './notice';

/** Tells the channel of each state that it subscribed to, by a workflow for each notice that outlives the purchase. */
export class StateNotices {
  private readonly starting: Promise<void>[] = [];

  constructor(
    private readonly order: PurchaseOrder,
    private readonly policy: PurchasePolicy,
  ) {}

  tell(event: StateEvent): void {
    if (!this.order.webhookStates?.includes(event.state)) return;
    this.starting.push(CancellationScope.nonCancellable(() => this.start(stateNotice(this.order, event))));
  }

  /** A workflow that ends takes those with it that it had not yet started. */
  async started(): Promise<void> {
    await Promise.all(this.starting);
  }

  private async start(stateNotice: StateNotice): Promise<void> {
    const { channel, purchaseId, externalId } = this.order;
    const addressed: AddressedNotice = { channel, notice: stateNotice };
    const { attemptTimeout, heartbeatTimeout } = this.policy;
    try {
      await startChild<typeof notice>(NOTICE_WORKFLOW, {
        workflowId: noticeWorkflowId(stateNotice.id),
        args: [addressed, { attemptTimeout, heartbeatTimeout }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        memo: { [NOTICE_MEMO]: addressed },
        staticSummary: `${noticeType(stateNotice)} of ${externalId} to ${channel}`,
        priority: { fairnessKey: channel },
        typedSearchAttributes: [
          { key: SEARCH_ATTRIBUTES.channel, value: channel },
          { key: SEARCH_ATTRIBUTES.purchaseId, value: purchaseId },
          { key: SEARCH_ATTRIBUTES.noticeDelivered, value: false },
        ],
      });
    } catch (failure) {
      // An operator reset the purchase, or it was repeated past retention: the notice is on its way already.
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
  };
}
