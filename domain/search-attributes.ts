import type { SearchAttributeKey, SearchAttributeType } from '@temporalio/common/lib/search-attributes';

/**
 * What a purchase can be found by in the Web UI and in reconciliation: the one table, from which the namespace is
 * set up and the workflow writes. Search attributes are never encrypted, so nothing personal may be added here.
 */
export const SEARCH_ATTRIBUTES = {
  /** One of `PURCHASE_STATES`. */
  purchaseState: { name: 'PurchaseState', type: 'KEYWORD' },
  /** The state that the purchase ended in; absent while it runs. */
  purchaseOutcome: { name: 'PurchaseOutcome', type: 'KEYWORD' },
  purchaseId: { name: 'PurchaseId', type: 'KEYWORD' },
  /** The channel's name in the registry. */
  channel: { name: 'Channel', type: 'KEYWORD' },
  packageCode: { name: 'PackageCode', type: 'KEYWORD' },
  paymentForm: { name: 'PaymentForm', type: 'KEYWORD' },
  /** Whole đồng. */
  faceValue: { name: 'FaceValue', type: 'INT' },
  /** Whole đồng; absent on purchases older than the attribute. */
  discountAmount: { name: 'DiscountAmount', type: 'INT' },
  /** `YYYY-MM-DD` of the acceptance in Asia/Ho_Chi_Minh: the day that a settlement counts it to. */
  purchaseDay: { name: 'PurchaseDay', type: 'KEYWORD' },
  /** Keyed hash of the subscriber's number, `sub_…`; absent where purchases are not encrypted. */
  subscriber: { name: 'Subscriber', type: 'KEYWORD' },
  needsAttention: { name: 'NeedsAttention', type: 'BOOL' },
  /** One of `ATTENTION_REASONS`, while the purchase needs attention. */
  attentionReason: { name: 'AttentionReason', type: 'KEYWORD' },
  /** Since when it needs attention for this reason; absent while it needs none, and on purchases older than the attribute. */
  attentionSince: { name: 'AttentionSince', type: 'DATETIME' },
  /** Of a notice, and of a purchase that owes its channel a refund notice: whether the channel has it. */
  noticeDelivered: { name: 'NoticeDelivered', type: 'BOOL' },
  /** Of a purchase: when its refund notice became due; absent without one, and on purchases older than the attribute. */
  refundDueAt: { name: 'RefundDueAt', type: 'DATETIME' },
} as const satisfies Record<string, SearchAttributeKey<SearchAttributeType>>;

/** After the end of a day, until every order that was accepted on it is in Temporal's index: its start takes a while, too. */
export const INDEXED_AFTER_MS = 5 * 60_000;
