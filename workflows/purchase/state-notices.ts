import { CancellationScope, patched } from '@temporalio/workflow';
import { laterStateNoticeId, stateNoticeId, type NoticeId } from '../../domain/identifiers';
import type { AddressedNotice, StateNotice } from '../../domain/notice/notice';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { StateEvent } from '../../domain/purchase/events';
import { originOf } from '../../domain/trace';
import { isNoFirstRun } from '../later-run';
import { startNotice } from '../notice/start-notice';

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
    await startNotice(addressed, this.policy);
  }
}

function stateNotice(order: PurchaseOrder, event: StateEvent): StateNotice {
  return {
    id: idOf(order, event),
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

/**
 * What an earlier run told under this number may be another state, and was at another time: the same id would promise the
 * same bytes. The acceptance is the same in every run. The time is the event's own, so that a second reset repeats it.
 */
function idOf({ purchaseId, acceptedAt }: PurchaseOrder, { sequence, at }: StateEvent): NoticeId {
  const isRepeatable = at === acceptedAt || !isNoFirstRun({ at: acceptedAt, memoKey: 'order' });
  if (isRepeatable || !patched('later-runs-tell-states-anew')) return stateNoticeId(purchaseId, sequence);
  return laterStateNoticeId(purchaseId, sequence, at);
}
