import type { NoticesQuery, Purchase, PurchaseListQuery, PurchaseOrder } from './api-types';

export type {
  Account,
  Eligibility,
  ListedNotice,
  ListedPurchase,
  LoggedNotice,
  PackageOffer,
  ProblemDocument,
  Purchase,
  PurchaseEvent,
  PurchaseOrder,
  Validation,
} from './api-types';

/** An order to be checked; its id may be left out. */
export type ValidationOrder = Omit<PurchaseOrder, 'externalId'> & Partial<Pick<PurchaseOrder, 'externalId'>>;
/** Filters of the list of purchases. */
export type PurchaseFilter = Omit<PurchaseListQuery, 'cursor'>;
/** Filters of the list of notices. */
export type NoticeFilter = Omit<NoticesQuery, 'cursor'>;

/** Webhook notice: refund the customer of a purchase that did not succeed. */
export interface RefundNotice {
  type: 'purchase.refund_due';
  timestamp: string;
  data: {
    purchaseId: string;
    externalId: string;
    outcome: NonNullable<Purchase['outcome']>;
    reason: NonNullable<Purchase['reason']>;
    refund: { amount: number; currency: 'VND' };
  };
}

/** Webhook notice: refund the customer of a purchase that had succeeded and later proved wrong at MobiFone. */
export interface CaseRefundNotice {
  type: 'purchase.case_refund_due';
  timestamp: string;
  data: {
    purchaseId: string;
    externalId: string;
    reason: { code: 'missing_at_mobifone' | 'undone_at_mobifone'; message: { vi: string; en: string } };
    refund: { amount: number; currency: 'VND' };
  };
}

/** Webhook notice: a purchase entered a state that the webhook subscribes to. */
export interface StateNotice {
  type: `purchase.${Purchase['state']}`;
  timestamp: string;
  data: {
    purchaseId: string;
    externalId: string;
    /** The event's sequence number. Notices may arrive in another order. */
    sequence: number;
    state: Purchase['state'];
    outcome: Purchase['outcome'];
    reason: Purchase['reason'];
    package: string;
    faceValue: { amount: number; currency: 'VND' };
  };
}

/** The body of a webhook notice; `type` discriminates. */
export type Notice = RefundNotice | CaseRefundNotice | StateNotice;
