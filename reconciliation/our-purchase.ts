import type { Discount } from '../domain/catalogue/discount';
import type { CaseState } from '../domain/case/case';
import type { CaseId, ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode, PaymentForm } from '../domain/catalogue/packages';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import type { Vnd } from '../domain/vnd';
import { NOTHING, money, type Money } from './money';

/** How far the channel has been told to refund its customer; `due` is all that is known without the history. */
export type RefundNotice = 'not_due' | 'due' | 'delivered';

/** A purchase as reconciliation sees it: what visibility tells of it, and no more. */
export interface OurPurchase {
  purchaseId: PurchaseId;
  channel: ChannelName;
  externalId: ExternalId;
  msisdn: Msisdn;
  package: PackageCode;
  paymentForm: PaymentForm;
  faceValue: Vnd;
  discount: Discount;
  /** The day that it counts to: that of its acceptance. */
  day: LocalDay;
  state: PurchaseState;
  refundNotice: RefundNotice;
  /** Milliseconds since 1970, UTC. */
  acceptedAt: number;
  /** When its workflow was over; null while it runs. */
  closedAt: number | null;
  needsAttention: boolean;
}

/** What was ordered, and how it stands. */
export function ordered(
  order: PurchaseOrder,
  standing: Pick<OurPurchase, 'day' | 'state' | 'closedAt' | 'needsAttention'>,
): OurPurchase {
  const { state } = standing;
  return {
    purchaseId: order.purchaseId,
    channel: order.channel,
    externalId: order.externalId,
    msisdn: order.msisdn,
    package: order.package.code,
    paymentForm: order.paymentForm,
    faceValue: order.faceValue,
    discount: order.discount,
    refundNotice: isOutcome(state) && state !== 'succeeded' ? 'due' : 'not_due',
    acceptedAt: Date.parse(order.acceptedAt),
    ...standing,
  };
}

/** What a purchase comes to on our side. */
export function ourMoney(purchase: OurPurchase): Money {
  return purchase.state === 'succeeded' ? money(purchase.faceValue, purchase.discount.amount) : NOTHING;
}

/** Where a break can be looked into. */
export interface Evidence {
  workflowId: string;
  /** The events of the history that tell what MobiFone answered. */
  eventIds: readonly number[];
  webUiLink: string | null;
  /** Cases about the purchase; absent where nobody looked. */
  cases?: readonly CaseLink[];
}

/** A case that puts the purchase right, or has: so that nobody is sent twice. */
export interface CaseLink {
  id: CaseId;
  state: CaseState;
  webUiLink: string | null;
}

/** Opens a purchase's history; asked only for purchases in which the two sides differ. */
export interface HistoryReader {
  read(purchase: OurPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNotice }>;
}

/** Our side of one day. */
export interface OurSide {
  purchasesOf(day: LocalDay): AsyncIterable<OurPurchase>;
  /** A purchase of any day, for a line whose purchase is not of the day that is reconciled. */
  find(id: PurchaseId): Promise<OurPurchase | undefined>;
}
