import {
  listedNotice,
  type ListedNotice,
  type NoticeListing,
  type NoticePage,
  type Notices,
  type Resend,
  type WebhookHealth,
} from '../../client/notices';
import { TemporalUnavailable } from '../../client/purchases';
import type { ChannelName, ExternalId, NoticeId } from '../../domain/identifiers';
import { isBatchNotice, noticeSubject, type NoticeLog } from '../../domain/notice/notice';
import type { NoticedBatch } from '../../client/purchase-id';

function listed({ notice, standing }: NoticeLog): ListedNotice {
  return listedNotice(notice, standing);
}

/** Notices without Temporal: those of each channel are data. */
export class ScriptedNotices implements Notices {
  unavailable = false;
  /** How long each notice has to rest, since it was asked for too often. */
  restSeconds = 0;
  health: WebhookHealth = { status: 'healthy', since: null };
  readonly logs: NoticeLog[] = [];
  readonly pages: NoticePage[] = [];
  readonly resent: { id: NoticeId; by: string | undefined }[] = [];
  listing: Extract<NoticeListing, { kind: 'foreign_cursor' }> | undefined;

  async ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined> {
    this.answering();
    const found = this.of(channel).filter(({ notice }) => noticeSubject(notice) === externalId);
    return found.length > 0 ? found : undefined;
  }

  async ofBatch({ channel, batchId: id }: NoticedBatch): Promise<NoticeLog | undefined> {
    this.answering();
    return this.of(channel).find(({ notice }) => isBatchNotice(notice) && notice.batchId === id);
  }

  async list(channel: ChannelName, page: NoticePage): Promise<NoticeListing> {
    this.answering();
    this.pages.push(page);
    return this.listing ?? { kind: 'page', notices: this.of(channel).map(listed), nextCursor: null };
  }

  async find(channel: ChannelName, id: NoticeId): Promise<NoticeLog | undefined> {
    this.answering();
    return this.of(channel).find(({ notice }) => notice.id === id);
  }

  async resend(channel: ChannelName, id: NoticeId, by?: string): Promise<Resend> {
    this.answering();
    const found = this.of(channel).find(({ notice }) => notice.id === id);
    if (!found) return { kind: 'not_found' };
    if (this.restSeconds > 0) return { kind: 'too_often', retryAfterSeconds: this.restSeconds };
    this.resent.push({ id, by });
    return { kind: 'delivering', notice: listedNotice(found.notice, 'delivering') };
  }

  async webhookHealth(): Promise<WebhookHealth> {
    this.answering();
    return this.health;
  }

  private of(channel: ChannelName): NoticeLog[] {
    return this.logs.filter((log) => log.channel === channel);
  }

  private answering(): void {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
  }
}
