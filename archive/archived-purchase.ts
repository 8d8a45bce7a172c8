import type { AttentionReason } from '../domain/purchase/attention';
import type { ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PackageCode, PaymentForm } from '../domain/catalogue/packages';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import type { PurchaseOutcome, PurchaseState } from '../domain/purchase/states';
import type { Vnd } from '../domain/vnd';
import type { HistoryFacts } from '../client/history/read-purchase';

/** The version of the archive's files; a reader refuses another. */
export const ARCHIVE_FORMAT = 'datacode-archive/1';

/** The run of the workflow that is archived: the latest, where a purchase was reset. */
export interface ArchivedRun {
  workflowId: string;
  runId: string;
  /** Temporal's word: `COMPLETED`, `RUNNING`, `TERMINATED`, … */
  status: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Null while it runs. */
  closedAt: string | null;
}

interface Archived {
  purchaseId: PurchaseId;
  day: LocalDay;
  state: PurchaseState;
  outcome: PurchaseOutcome | null;
  needsAttention: boolean;
  run: ArchivedRun;
}

/** A purchase with all its steps: one line of the archive. */
export interface ReadablePurchase extends Archived, Omit<HistoryFacts, 'refund'> {
  unreadable: false;
  order: PurchaseOrder;
  attentionReason: AttentionReason | null;
}

/** A purchase whose payloads could not be read, such as for want of their key: what is in clear of it. */
export interface UnreadablePurchase extends Archived {
  unreadable: true;
  why: string;
  channel: ChannelName;
  externalId: ExternalId;
  /** Null where nobody of ours started the workflow. */
  package: PackageCode | null;
  paymentForm: PaymentForm | null;
  faceValue: Vnd | null;
  discountAmount: Vnd | null;
}

export type ArchivedPurchase = ReadablePurchase | UnreadablePurchase;

/** Whether nothing more can be learnt of a purchase, so that it is never read again. */
export function isFinal(purchase: ArchivedPurchase): boolean {
  return !purchase.unreadable && purchase.run.closedAt !== null;
}

/** When the order was accepted, milliseconds; its workflow's start where the order cannot be read. */
export function acceptedAt(purchase: ArchivedPurchase): number {
  return Date.parse(purchase.unreadable ? purchase.run.startedAt : purchase.order.acceptedAt);
}

export function isSold(purchase: ArchivedPurchase): boolean {
  return purchase.state === 'succeeded';
}

/** Price and discount on it, of any purchase. */
export function priceOf(purchase: ArchivedPurchase): { faceValue: number; discount: number } {
  return purchase.unreadable
    ? { faceValue: purchase.faceValue ?? 0, discount: purchase.discountAmount ?? 0 }
    : { faceValue: purchase.order.faceValue, discount: purchase.order.discount.amount };
}
