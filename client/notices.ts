import type { ChannelName, ExternalId, NoticeId } from '../domain/identifiers';
import type { AddressedNotice, NoticeLog, DeliveryStatus, WebhookStatus } from '../domain/notice/notice';

/** A notice in a list, which tells of no attempts. */
export interface ListedNotice extends AddressedNotice {
  standing: DeliveryStatus;
}

export interface NoticePage {
  /** Only those that the channel has, or only those that it has not (yet). */
  delivered?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

export type NoticeListing =
  | { kind: 'page'; notices: ListedNotice[]; nextCursor: string | null }
  /** The cursor is torn, or of another list. */
  | { kind: 'foreign_cursor' };

/** How a channel's webhook does: `disabled` answered 410, `failing` has not taken a notice; null since when healthy. */
export interface WebhookHealth {
  status: WebhookStatus;
  /** ISO 8601, UTC. */
  since: string | null;
}

/** What the API may ask about a channel's notices; every method throws `TemporalUnavailable`. */
export interface Notices {
  /** The notices of one purchase with their attempts, in order; nothing when there is no such purchase. */
  ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined>;
  /** The channel's notices, the latest first. A refund notice is listed once it was sent again. */
  list(channel: ChannelName, page: NoticePage): Promise<NoticeListing>;
  /** Delivers a notice now, whether or not it was delivered before; nothing when the channel has no such notice. */
  resend(channel: ChannelName, id: NoticeId): Promise<ListedNotice | undefined>;
  webhookHealth(channel: ChannelName): Promise<WebhookHealth>;
}
