import type { z } from 'zod';
import type { accountSchema } from '../../api/schemas/account';
import type { eligibilitySchema, validationSchema } from '../../api/schemas/eligibility';
import type { eventsSchema } from '../../api/schemas/events';
import type { listQuerySchema, purchaseListSchema } from '../../api/schemas/purchase-list';
import type { packagesSchema, problemSchema, purchaseRequestSchema, purchaseSchema } from '../../api/schemas';

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
export interface ListedNotice {
  /** `webhook-id` of each delivery. */
  id: string;
  type: string;
  purchaseId: string;
  externalId: string;
  /** Of the event; null for a refund notice. */
  sequence: number | null;
  occurredAt: string;
  status: string;
}
