import type { z } from 'zod';
import type { eventsSchema } from '../../api/schemas/events';
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
export interface Validation {
  eligible: boolean;
  reason: Purchase['reason'];
  package: Purchase['package'];
  faceValue: number;
  discount: Purchase['discount'];
  payable: number;
}

export interface Eligibility {
  msisdn: string;
  packages: readonly { code: string; eligible: boolean; reason: Purchase['reason'] }[];
}

export interface Account {
  today: { discount: number };
  month: { discount: number };
}

/** A delivery to the channel's webhook, as the gateway's log has it. */
export interface NoticeDelivery {
  id: string;
  status: string;
}
