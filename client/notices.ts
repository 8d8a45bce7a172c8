import type { ChannelName, ExternalId, NoticeId } from '../domain/identifiers';
import type { AddressedNotice, NoticeLog, DeliveryStatus, WebhookStatus } from '../domain/notice/notice';

/** A notice in a list, without its attempts. */
export interface ListedNotice extends AddressedNotice {
  standing: DeliveryStatus;
}

export interface NoticePage {
  /** true: only delivered notices; false: only undelivered ones. */
  delivered?: boolean | undefined;
  limit: number;
  cursor?: string | undefined;
}

export type NoticeListing =
  | { kind: 'page'; notices: ListedNotice[]; nextCursor: string | null }
  /** The cursor is damaged, or of another list. */
  | { kind: 'foreign_cursor' };

/** Health of a channel's webhook: `disabled` answered 410; `failing` did not accept the last notice. */
export interface WebhookHealth {
  status: WebhookStatus;
  /** ISO 8601, UTC; null if healthy. */
  since: string | null;
}

/** A channel's notices; every method throws `TemporalUnavailable`. */
export interface Notices {
  /** The notices of a purchase with their attempts, in order; undefined if there is no such purchase. */
  ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined>;
  /** The channel's notices, latest first. A refund notice is listed only after it was sent again. */
  list(channel: ChannelName, page: NoticePage): Promise<NoticeListing>;
  /** Delivers a notice now, whether or not it was delivered before; undefined if the channel has no such notice. */
  resend(channel: ChannelName, id: NoticeId): Promise<ListedNotice | undefined>;
  webhookHealth(channel: ChannelName): Promise<WebhookHealth>;
}
