import type { Client } from '@temporalio/client';
import {
  caseRefundNoticeId,
  laterStateNoticeId,
  purchaseWorkflowId,
  refundNoticeId,
  stateNoticeId,
  type ChannelName,
  type ExternalId,
  type NoticeId,
} from '../domain/identifiers';
import type { NoticePolicy } from '../domain/notice/protocol';
import { noticeSubject, type NoticeLog } from '../domain/notice/notice';
import type { Purchase } from '../domain/purchase/purchase';
import { eventsAfter } from '../domain/purchase/events';
import type { ListCursors } from './list-cursor';
import { noticePage, noticesQuery } from './notice-list';
import { NoticeWorkflows } from './notice-workflows';
import {
  listedNotice,
  type NoticeListing,
  type NoticePage,
  type Notices,
  type Resend,
  type WebhookHealth,
} from './notices';
import { noticeIdOf, type NoticedBatch } from './purchase-id';
import { takeSnapshot } from './purchase-snapshot';
import { RefundNotices } from './refund-notices';
import { WebhookHealths } from './webhook-health';
import type { purchase } from '../workflows/purchase/purchase';

/** Notices as workflows, and refund notices as purchases deliver them; there is no other store. */
export class TemporalNotices implements Notices {
  private readonly workflows: NoticeWorkflows;
  private readonly refunds: RefundNotices;
  private readonly health: WebhookHealths;

  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: NoticePolicy; cursors: ListCursors },
  ) {
    this.workflows = new NoticeWorkflows(client, settings);
    this.refunds = new RefundNotices(client);
    this.health = new WebhookHealths(client, this.workflows, this.refunds);
  }

  async ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined> {
    const handle = this.client.workflow.getHandle<typeof purchase>(purchaseWorkflowId(channel, externalId));
    const told = (await takeSnapshot(this.client, handle))?.purchase;
    if (!told) return undefined;
    const states = await Promise.all(stateNoticeIds(told).map((id) => this.log(id)));
    return [...states, await this.refundLog(told)].filter((log) => log !== undefined);
  }

  async ofBatch(batch: NoticedBatch): Promise<NoticeLog | undefined> {
    const log = await this.log(noticeIdOf(batch));
    const isOwn = log && log.channel === batch.channel && noticeSubject(log.notice) === batch.batchId;
    return isOwn ? log : undefined; // not as whoever can write to Temporal has its memo claim
  }

  async list(channel: ChannelName, { delivered, limit, cursor }: NoticePage): Promise<NoticeListing> {
    const query = noticesQuery(channel, delivered);
    const token = cursor === undefined ? undefined : await this.settings.cursors.open(query, cursor);
    if (cursor !== undefined && !token) return { kind: 'foreign_cursor' };
    const { notices, nextToken } = await noticePage(this.client, channel, { delivered, limit, token });
    const nextCursor = nextToken.length > 0 ? await this.settings.cursors.seal(query, nextToken) : null;
    return { kind: 'page', notices, nextCursor };
  }

  async find(channel: ChannelName, id: NoticeId): Promise<NoticeLog | undefined> {
    const record = await this.workflows.recordOf(channel, id);
    const again = record && (await this.workflows.log(record));
    const told = await this.refunds.purchaseOf(channel, id);
    return told ? this.refunds.log(told, again) : again;
  }

  async resend(channel: ChannelName, id: NoticeId, by?: string): Promise<Resend> {
    const record = await this.workflows.recordOf(channel, id);
    const notice = record?.notice ?? (await this.refunds.ofChannel(channel, id));
    if (!notice || (record && record.channel !== channel)) return { kind: 'not_found' };
    const retryAfterMs = await this.workflows.deliver({ channel, notice }, by);
    if (retryAfterMs > 0) return { kind: 'too_often', retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) };
    return { kind: 'delivering', notice: listedNotice(notice, 'delivering') };
  }

  webhookHealth(channel: ChannelName): Promise<WebhookHealth> {
    return this.health.of(channel);
  }

  private async log(id: NoticeId): Promise<NoticeLog | undefined> {
    const record = await this.workflows.record(id);
    return record && this.workflows.log(record);
  }

  /** Of a purchase that succeeded, a case may have one. */
  private async refundLog(told: Purchase): Promise<NoticeLog | undefined> {
    const { purchaseId } = told.order;
    if (told.outcome === 'succeeded') return this.log(caseRefundNoticeId(purchaseId));
    const mayOweRefund = told.reason !== null || told.attention?.reason === 'workflow_closed';
    return mayOweRefund ? this.refunds.log(told, await this.log(refundNoticeId(purchaseId))) : undefined;
  }
}

/** Under both ids, where an earlier run told something under the number as well. */
function stateNoticeIds({ order, ...told }: Purchase): NoticeId[] {
  return eventsAfter(told, 0).flatMap((event) =>
    event.kind === 'state' && order.webhookStates?.includes(event.state)
      ? [
          stateNoticeId(order.purchaseId, event.sequence),
          laterStateNoticeId(order.purchaseId, event.sequence, event.at),
        ]
      : [],
  );
}
