import type { BatchId, ChannelName, ExternalId, NoticeId, PurchaseId } from '../domain/identifiers';
import {
  isBatchNotice,
  isStateNotice,
  noticeType,
  type DeliveryStatus,
  type Notice,
  type NoticeLog,
  type NoticeType,
  type WebhookStatus,
} from '../domain/notice/notice';
import type { NoticedBatch } from './purchase-id';

/** A notice in a list, without its attempts. */
export interface ListedNotice {
  id: NoticeId;
  type: NoticeType;
  /** Null for a notice about a batch. */
  purchaseId: PurchaseId | null;
  externalId: ExternalId | null;
  /** Null for a notice about a purchase. */
  batchId: BatchId | null;
  /** Of the event; null for a refund notice. */
  sequence: number | null;
  /** ISO 8601, UTC. */
  occurredAt: string;
  standing: DeliveryStatus;
}

export function listedNotice(notice: Notice, standing: DeliveryStatus): ListedNotice {
  const { id, occurredAt } = notice;
  const listed = { id, type: noticeType(notice), occurredAt, standing };
  if (isBatchNotice(notice))
    return { ...listed, purchaseId: null, externalId: null, batchId: notice.batchId, sequence: null };
  const { purchaseId, externalId } = notice;
  const sequence = isStateNotice(notice) ? notice.sequence : null;
  return { ...listed, purchaseId, externalId, batchId: null, sequence };
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

/** Result of having a notice delivered once more. */
export type Resend =
  | { kind: 'delivering'; notice: ListedNotice }
  | { kind: 'not_found' }
  /** The notice was asked for too often of late; worth asking again after so many seconds. */
  | { kind: 'too_often'; retryAfterSeconds: number };

/** A channel's notices; every method throws `TemporalUnavailable`. */
export interface Notices {
  /** The notices of a purchase with their attempts, in order; undefined if there is no such purchase. */
  ofPurchase(channel: ChannelName, externalId: ExternalId): Promise<NoticeLog[] | undefined>;
  /** The notice that a batch is over, with its attempts; undefined until then, or if there is no such batch. */
  ofBatch(batch: NoticedBatch): Promise<NoticeLog | undefined>;
  /**
   * The channel's notices, latest first, each once. A page may be shorter than its limit and still have a next one. The
   * refund notice of a purchase that is older than `RefundDueAt` is listed only after it was sent again.
   */
  list(channel: ChannelName, page: NoticePage): Promise<NoticeListing>;
  /** One notice with its attempts; undefined if the channel has no such notice. A new one is found after about a second. */
  find(channel: ChannelName, id: NoticeId): Promise<NoticeLog | undefined>;
  /**
   * Delivers a notice now, whether or not it was delivered before, a few times a minute.
   * @param by the operator or the channel that asks for it, for the history
   */
  resend(channel: ChannelName, id: NoticeId, by?: string): Promise<Resend>;
  webhookHealth(channel: ChannelName): Promise<WebhookHealth>;
}
