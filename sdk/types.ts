import type { z } from 'zod';
import type { accountSchema } from '../api/account/schemas';
import type { eligibilitySchema } from '../api/eligibility/schemas';
import type { validationSchema } from '../api/purchase-validation/schemas';
import type { eventsSchema } from '../api/purchase-events/schemas';
import type { noticesQuerySchema, noticesSchema, purchaseNoticesSchema } from '../api/notices/schemas';
import type { listQuerySchema, purchaseListSchema } from '../api/purchase-search/schemas';
import type { packagesSchema } from '../api/packages/schemas';
import type { problemSchema } from '../api/http/problem-schema';
import type { purchaseRequestSchema, purchaseSchema } from '../api/purchases/schemas';

/** What is ordered: your own id of the order, the subscriber's number as people spell it, the package's code. */
export type PurchaseOrder = z.input<typeof purchaseRequestSchema>;
export type Purchase = z.output<typeof purchaseSchema>;
export type PackageOffer = z.output<typeof packagesSchema>['packages'][number];
/** A problem document (RFC 9457). */
export type ProblemDocument = z.output<typeof problemSchema>;

/** Something that happened to a purchase, in the order in which it happened. */
export type PurchaseEvent = z.output<typeof eventsSchema>['events'][number];

/** What a channel's webhook is told when its customer is to be refunded. */
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

/** What a channel's webhook is told when a sale that had succeeded turned out wrong, and is to be refunded after all. */
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

/** What an order would come to; nothing is sold by asking. */
export type Validation = z.output<typeof validationSchema>;
/** An order that is only asked about may have no id yet. */
export type ValidationOrder = Omit<PurchaseOrder, 'externalId'> & Partial<Pick<PurchaseOrder, 'externalId'>>;
/** Which packages a number may have, as MobiFone says at this moment. */
export type Eligibility = z.output<typeof eligibilitySchema>;
/** Who you are with us, and the discount that you have earned. */
export type Account = z.output<typeof accountSchema>;
/** A purchase as it stands in a list. */
export type ListedPurchase = z.output<typeof purchaseListSchema>['purchases'][number];
/** Filters of the list of purchases. */
export type PurchaseFilter = Omit<z.input<typeof listQuerySchema>, 'cursor'>;

/** A notice to the channel's webhook, as the gateway's log has it. */
export type ListedNotice = z.output<typeof noticesSchema>['notices'][number];
/** The same with every attempt to deliver it. */
export type LoggedNotice = z.output<typeof purchaseNoticesSchema>['notices'][number];
/** Filters of the list of notices. */
export type NoticeFilter = Pick<z.input<typeof noticesQuerySchema>, 'delivered'> & { limit?: number };

/** What a channel's webhook is told when a purchase moves to a state that it subscribed to. */
export interface StateNotice {
  type: `purchase.${Purchase['state']}`;
  timestamp: string;
  data: {
    purchaseId: string;
    externalId: string;
    /** Of the event: notices may arrive in another order. */
    sequence: number;
    state: Purchase['state'];
    outcome: Purchase['outcome'];
    reason: Purchase['reason'];
    package: string;
    faceValue: { amount: number; currency: 'VND' };
  };
}

/** What a webhook is told; `type` tells them apart. */
export type Notice = RefundNotice | CaseRefundNotice | StateNotice;
