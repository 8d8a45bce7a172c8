import type { Client } from '@temporalio/client';
import {
  caseRefundNoticeId,
  purchaseOfNotice,
  purchaseWorkflowId,
  refundNoticeId,
  stateNoticeId,
  type ChannelName,
  type ExternalId,
  type NoticeId,
} from '../domain/identifiers';
import { NOTICE_WORKFLOW, type NoticePolicy } from '../domain/notice/protocol';
import { GONE, type NoticeLog, type RefundNotice } from '../domain/notice/notice';
import type { Purchase } from '../domain/purchase/purchase';
import { eventsAfter } from '../domain/purchase/events';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import type { PurchaseOutcome } from '../domain/purchase/states';
import type { ReasonCode } from '../domain/purchase/reasons';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { ListCursors } from './list-cursor';
import { NoticeWorkflows } from './notice-workflows';
import type { ListedNotice, NoticeListing, NoticePage, Notices, WebhookHealth } from './notices';
import { takeSnapshot } from './purchase-snapshot';
import { listPage } from './visibility-pages';
import type { purchase } from '../workflows/purchase/purchase';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A delivery that runs longer than this counts as failing. */
const OVERDUE_MS = 60 * 60 * 1000;

/** Notices as workflows; there is no other store. */
export class TemporalNotices implements Notices {
  private readonly workflows: NoticeWorkflows;

  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: NoticePolicy; cursors: ListCursors },
  ) {
    this.workflows = new NoticeWorkflows(client, settings);
  }

  async ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined> {
    const purchase = await this.purchase(purchaseWorkflowId(channel, externalId));
    if (!purchase) return undefined;
    const ids = stateNoticeIds(purchase);
    const states = await Promise.all(ids.map((id) => this.log(id)));
    const refund =
      purchase.outcome === 'succeeded' ? await this.caseRefundLog(purchase) : await this.refundLog(purchase);
    return [...states.filter((log) => log !== undefined), ...refund];
  }

  async list(channel: ChannelName, { delivered, limit, cursor }: NoticePage): Promise<NoticeListing> {
    const query = noticesOf(channel, ...(delivered === undefined ? [] : [isDelivered(delivered)]));
    const token = cursor === undefined ? undefined : await this.settings.cursors.open(query, cursor);
    if (cursor !== undefined && !token) return { kind: 'foreign_cursor' };
    const { records, nextToken } = await this.workflows.page(query, limit, token);
    const nextCursor = nextToken.length > 0 ? await this.settings.cursors.seal(query, nextToken) : null;
    return { kind: 'page', notices: records, nextCursor };
  }

  async resend(channel: ChannelName, id: NoticeId): Promise<ListedNotice | undefined> {
    const record = await this.workflows.recordOf(channel, id);
    const addressed = record ?? (await this.unsentRefund(channel, id));
    if (!addressed || addressed.channel !== channel) return undefined;
    const { notice } = addressed;
    await this.workflows.deliver({ channel, notice });
    return { channel, notice, standing: 'delivering' };
  }

  async webhookHealth(channel: ChannelName): Promise<WebhookHealth> {
    const now = Date.now();
    const recently = closedAfter(new Date(now - DAY_MS));
    const completed = `ExecutionStatus = 'Completed'`;
    const failed = await this.workflows.page(noticesOf(channel, isDelivered(false), completed, recently), 1);
    const overdue = await this.workflows.page(
      noticesOf(
        channel,
        `ExecutionStatus = 'Running'`,
        `StartTime < '${new Date(now - OVERDUE_MS).toISOString()}'`,
      ),
      1,
    );
    const [given] = failed.records;
    const [late] = overdue.records;
    if (given?.closedAt && !(await this.deliveredSince(channel, given.closedAt))) {
      const { attempts } = await this.workflows.log(given);
      const status = attempts.at(-1)?.status === GONE ? 'disabled' : 'failing';
      return { status, since: given.closedAt.toISOString() };
    }
    if (late && !(await this.deliveredSince(channel, late.startedAt))) {
      return { status: 'failing', since: late.startedAt.toISOString() };
    }
    return { status: 'healthy', since: null };
  }

  private async deliveredSince(channel: ChannelName, moment: Date): Promise<boolean> {
    const { records } = await this.workflows.page(
      noticesOf(channel, isDelivered(true), closedAfter(moment)),
      1,
    );
    return records.length > 0;
  }

  private async log(id: NoticeId): Promise<NoticeLog | undefined> {
    const record = await this.workflows.record(id);
    return record && this.workflows.log(record);
  }

  /** The refund notice of a case about a successful purchase. */
  private async caseRefundLog({ order }: Purchase): Promise<NoticeLog[]> {
    const log = await this.log(caseRefundNoticeId(order.purchaseId));
    return log ? [log] : [];
  }

  /** The purchase delivers its refund notice itself; attempts are known only of later resends. */
  private async refundLog(purchase: Purchase): Promise<NoticeLog[]> {
    const notice = refundNotice(purchase);
    const cutOff = purchase.attention?.reason === 'workflow_closed';
    // If the purchase was cut off before its notice, its case delivers the notice with the same id.
    if (!notice && !cutOff) return [];
    const again = await this.log(refundNoticeId(purchase.order.purchaseId));
    if (!notice) return again ? [again] : [];
    const done = purchase.steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    const { channel } = purchase.order;
    const own: NoticeLog = {
      channel,
      notice,
      standing: done ? 'delivered' : cutOff ? 'undelivered' : 'delivering',
      attempts: [],
      nextAttemptAt: null,
    };
    return [again ? { ...again, standing: done ? 'delivered' : again.standing } : own];
  }

  private async unsentRefund(
    channel: ChannelName,
    id: NoticeId,
  ): Promise<{ channel: ChannelName; notice: RefundNotice } | undefined> {
    const purchaseId = purchaseOfNotice(id);
    if (id !== refundNoticeId(purchaseId)) return undefined;
    const query = [
      `WorkflowType = '${PURCHASE_WORKFLOW}'`,
      `${SEARCH_ATTRIBUTES.channel.name} = '${channel}'`,
      `${SEARCH_ATTRIBUTES.purchaseId.name} = '${purchaseId}'`,
    ].join(' AND ');
    const { executions } = await listPage(this.client, query, { pageSize: 1 });
    const workflowId = executions[0]?.execution?.workflowId;
    const purchase = workflowId ? await this.purchase(workflowId) : undefined;
    const notice = purchase && refundNotice(purchase);
    return notice && { channel, notice };
  }

  private async purchase(workflowId: string): Promise<Purchase | undefined> {
    const handle = this.client.workflow.getHandle<typeof purchase>(workflowId);
    return (await takeSnapshot(this.client, handle))?.purchase;
  }
}

function noticesOf(channel: ChannelName, ...conditions: string[]): string {
  const ofChannel = `${SEARCH_ATTRIBUTES.channel.name} = '${channel}'`; // a channel's name contains no quote
  return [`WorkflowType = '${NOTICE_WORKFLOW}'`, ofChannel, ...conditions].join(' AND ');
}

function isDelivered(delivered: boolean): string {
  return `${SEARCH_ATTRIBUTES.noticeDelivered.name} = ${delivered}`;
}

function closedAfter(moment: Date): string {
  return `CloseTime > '${moment.toISOString()}'`;
}

function stateNoticeIds({ order, ...purchase }: Purchase): NoticeId[] {
  return eventsAfter(purchase, 0).flatMap((event) =>
    event.kind === 'state' && order.webhookStates?.includes(event.state)
      ? [stateNoticeId(order.purchaseId, event.sequence)]
      : [],
  );
}

/** The refund notice as the purchase delivers it; undefined if it has none. */
function refundNotice({ order, outcome, reason, steps }: Purchase): RefundNotice | undefined {
  const step = steps.find((candidate) => candidate.step === 'refund_notice');
  if (!step || !reason) return undefined;
  return {
    id: refundNoticeId(order.purchaseId),
    purchaseId: order.purchaseId,
    externalId: order.externalId,
    outcome: outcome ?? outcomeToCome(reason),
    refusal: reason,
    amount: order.faceValue,
    occurredAt: step.startedAt,
  };
}

/** The outcome of a purchase whose rollback is still running. */
function outcomeToCome(reason: ReasonCode): PurchaseOutcome {
  if (reason === 'cancelled_by_channel' || reason === 'cancelled_by_operator') return 'cancelled';
  return reason === 'given_up_by_operator' ? 'given_up' : 'rolled_back';
}
