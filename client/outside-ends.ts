import type { Client } from '@temporalio/client';
import { isCaseOver } from '../domain/case/case';
import { purchaseWorkflowId, refundNoticeId, type ChannelName, type ExternalId } from '../domain/identifiers';
import { noticeWorkflowId } from '../domain/notice/protocol';
import { isBatchNotice, isCaseRefundNotice, isStateNotice, type RefundNotice } from '../domain/notice/notice';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { Cases } from './cases';
import { caseOf } from './closed-purchases';
import { describedRun } from './described-run';
import { describedOwnRun } from './first-chain';
import { noticeRecord } from './notice-workflows';
import { derivePurchaseId } from './purchase-id';
import { LOCKED } from './strange-runs';
import { isUnknownWorkflow, nothingIfForgotten, unavailable } from './temporal-answers';
import { decodeRun } from './visibility-pages';
import { runsOf } from './workflow-runs';

/** How purchases ended for their channels that were ended from outside, or that Temporal no longer keeps. */
export class OutsideEnds {
  constructor(
    private readonly client: Client,
    private readonly cases: Pick<Cases, 'find'>,
  ) {}

  /**
   * The refund notice of a purchase, where a case or a person had it delivered; it outlives both. What somebody else started
   * under its id is none.
   * @throws TemporalUnavailable; PurchaseUnreadable where it may be ours, under a key that is missing
   */
  async refund(channel: ChannelName, externalId: ExternalId): Promise<RefundNotice | undefined> {
    const workflowId = noticeWorkflowId(refundNoticeId(derivePurchaseId(channel, externalId)));
    const latest = await describedRun(this.client, { workflowId }).catch(nothingIfForgotten); // the index lags
    const runs = (await runsOf(this.client, [workflowId])).get(workflowId) ?? [];
    for (const run of latest ? [latest, ...runs] : runs) {
      try {
        const { notice, channel: of } = noticeRecord(await decodeRun(this.client, run));
        const isRefund = !isBatchNotice(notice) && !isStateNotice(notice) && !isCaseRefundNotice(notice);
        if (isRefund && of === channel) return notice;
      } catch (fault) {
        if (!(fault instanceof PayloadUnreadable) || LOCKED.has(fault.reason)) throw unavailable(fault);
      }
    }
    return undefined;
  }

  /**
   * Whether the case about the run in which a purchase was ended is over.
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async isCaseOver(channel: ChannelName, externalId: ExternalId): Promise<boolean> {
    try {
      const { runId } = await describedOwnRun(this.client, purchaseWorkflowId(channel, externalId));
      const purchaseId = derivePurchaseId(channel, externalId);
      const found = await this.cases.find(caseOf({ channel, externalId, purchaseId, runId }));
      return found !== undefined && isCaseOver(found.state);
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return false; // deleted meanwhile: the next look finds it forgotten
      throw unavailable(fault);
    }
  }
}
