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

/** State of the channel's refund notice; without the history no more than `due` is known. */
export type RefundNoticeStatus = 'not_due' | 'due' | 'delivered';

/** A purchase of ours as reconciliation sees it: what visibility holds. */
export interface InternalPurchase {
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
  refundNotice: RefundNoticeStatus;
  /** Milliseconds since 1970, UTC. */
  acceptedAt: number;
  /** When its workflow was over; null while it runs. */
  closedAt: number | null;
  needsAttention: boolean;
}

/** A purchase from its order and what is known of its state. */
export function internalPurchase(
  order: PurchaseOrder,
  facts: Pick<InternalPurchase, 'day' | 'state' | 'closedAt' | 'needsAttention'>,
): InternalPurchase {
  const { state } = facts;
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
    ...facts,
  };
}

/** What a purchase adds to our totals. */
export function internalMoney(purchase: InternalPurchase): Money {
  return purchase.state === 'succeeded' ? money(purchase.faceValue, purchase.discount.amount) : NOTHING;
}

/** Where a break can be looked into. */
export interface Evidence {
  workflowId: string;
  /** The events of the history that tell what MobiFone answered. */
  eventIds: readonly number[];
  webUiLink: string | null;
  /** Cases about the purchase; absent where none were searched for. */
  cases?: readonly CaseLink[];
}

/** A case about the purchase, open or closed, so that the same break is not worked on twice. */
export interface CaseLink {
  id: CaseId;
  state: CaseState;
  webUiLink: string | null;
  /** Its workflow was ended from outside before it was over. */
  cutOff?: true;
  /** SHA-256 of the settlement file by which it was opened; absent for a case of another origin. */
  settlementFile?: string;
}

/** Reads the history of a purchase; called only for purchases in which the two sides differ. */
export interface HistoryReader {
  read(purchase: InternalPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNoticeStatus }>;
}

/** Finds the cases about a purchase. */
export interface CaseFinder {
  casesOf(purchase: Pick<InternalPurchase, 'purchaseId'>): Promise<readonly CaseLink[]>;
}

/** Our purchases, as a reconciliation reads them. */
export interface InternalSide {
  purchasesOf(day: LocalDay): AsyncIterable<InternalPurchase>;
  /** A purchase of any day, for a line whose purchase is not of the day that is reconciled. */
  find(id: PurchaseId): Promise<InternalPurchase | undefined>;
  /** Several at once, where that costs fewer requests; those that do not exist are left out. */
  findAll?(ids: readonly PurchaseId[]): Promise<readonly InternalPurchase[]>;
}

/** So many purchases are looked up by one request. */
export const LOOKUPS_AT_ONCE = 100;

/** @param ids at most `LOOKUPS_AT_ONCE` */
export async function purchasesWith(
  internal: InternalSide,
  ids: readonly PurchaseId[],
): Promise<readonly InternalPurchase[]> {
  if (internal.findAll) return internal.findAll(ids);
  const each = await Promise.all(ids.map((id) => internal.find(id)));
  return each.filter((purchase) => purchase !== undefined);
}
