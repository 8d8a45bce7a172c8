/**
 * The types of the API's requests and answers, taken from the schemas that check them. `npm run sdk:build` writes them
 * out for the package, which has neither these schemas nor zod (docs/decisions/0010).
 */
import type { z } from 'zod';
import type { accountSchema } from '../api/account/schemas';
import type {
  batchesSchema,
  batchRequestSchema,
  batchResultsSchema,
  batchSchema,
  batchValidationSchema,
} from '../api/batches/schemas';
import type { eligibilitySchema } from '../api/eligibility/schemas';
import type { validationSchema } from '../api/purchase-validation/schemas';
import type { problemSchema } from '../api/http/problem-schema';
import type {
  anyNoticeSchema,
  noticesQuerySchema,
  noticesSchema,
  purchaseNoticesSchema,
} from '../api/notices/schemas';
import type {
  batchNoticeSchema,
  caseRefundNoticeSchema,
  pingNoticeSchema,
  refundNoticeSchema,
  stateNoticeSchema,
} from '../api/notices/webhooks';
import type { webhookPingRequestSchema, webhookPingSchema } from '../api/webhook/schemas';
import type { packagesSchema } from '../api/packages/schemas';
import type { eventsSchema } from '../api/purchase-events/schemas';
import type { purchaseRequestSchema, purchaseSchema } from '../api/purchases/schemas';
import type { statementSchema } from '../api/statements/schemas';
import type { statusSchema } from '../api/status/schemas';
import type {
  foundPurchasesSchema,
  listQuerySchema,
  purchaseListSchema,
  searchRequestSchema,
} from '../api/purchase-search/schemas';

/** An order: your own order id, the subscriber's number in any common spelling, and the package code. */
export type PurchaseOrder = z.input<typeof purchaseRequestSchema>;
export type Purchase = z.output<typeof purchaseSchema>;
/** A purchase in a list. */
export type ListedPurchase = z.output<typeof purchaseListSchema>['purchases'][number];
/** The query parameters of the list of purchases. */
export type PurchaseListQuery = z.input<typeof listQuerySchema>;
/** What purchases are searched by, and one page of them. */
export type PurchaseSearchRequest = z.input<typeof searchRequestSchema>;
export type FoundPurchases = z.output<typeof foundPurchasesSchema>;
/** A list of orders under your own id. */
export type BatchOrder = z.input<typeof batchRequestSchema>;
/** A batch: how far it is, and what it came to. */
export type Batch = z.output<typeof batchSchema>;
/** One page of your batches. */
export type Batches = z.output<typeof batchesSchema>;
/** The result of checking a list of orders without selling anything. */
export type BatchValidation = z.output<typeof batchValidationSchema>;
/** One page of the rows of a batch. */
export type BatchResults = z.output<typeof batchResultsSchema>;
/** A row of a batch with what came of it. */
export type BatchRow = z.output<typeof batchResultsSchema>['rows'][number];
/** One event of a purchase; `sequence` gives the order. */
export type PurchaseEvent = z.output<typeof eventsSchema>['events'][number];
/** A package that your channel may sell, with its price. */
export type PackageOffer = z.output<typeof packagesSchema>['packages'][number];
/** Packages that you may sell now, and those whose sale is paused, until `until` where that is known. */
export type Catalogue = z.output<typeof packagesSchema>;
/** Which packages a number may have, as MobiFone answers at this moment. */
export type Eligibility = z.output<typeof eligibilitySchema>;
/** The result of checking an order without selling anything. */
export type Validation = z.output<typeof validationSchema>;
/** Your account and the discount that you have earned. */
export type Account = z.output<typeof accountSchema>;
/** What you sold, refund and owe, by day. */
export type Statement = z.output<typeof statementSchema>;
/** Whether you can sell at this moment. */
export type Status = z.output<typeof statusSchema>;
/** A notice to your webhook, as the gateway's log has it. */
export type ListedNotice = z.output<typeof noticesSchema>['notices'][number];
/** A notice with every delivery attempt. */
export type LoggedNotice = z.output<typeof purchaseNoticesSchema>['notices'][number];
/** A notice of a purchase or a batch with its deliveries. */
export type AnyNotice = z.output<typeof anyNoticeSchema>;
/** The query parameters of the list of notices. */
export type NoticesQuery = Omit<z.input<typeof noticesQuerySchema>, 'limit'> & { limit?: number };
/** Webhook notice: refund the customer of a purchase that did not succeed. */
export type RefundNotice = z.output<typeof refundNoticeSchema>;
/** Webhook notice: refund the customer of a purchase that had succeeded and later proved wrong at MobiFone. */
export type CaseRefundNotice = z.output<typeof caseRefundNoticeSchema>;
/** Webhook notice: a purchase entered a state that the webhook subscribes to. */
export type StateNotice = z.output<typeof stateNoticeSchema>;
/** Webhook notice: a batch is over. */
export type BatchNotice = z.output<typeof batchNoticeSchema>;
/** Webhook notice: you asked for it with `pingWebhook`. */
export type PingNotice = z.output<typeof pingNoticeSchema>;

/** What your webhook answered to a test notice, and what was sent. */
export type WebhookPing = z.output<typeof webhookPingSchema>;

/** Which kind of test notice to send. */
export type WebhookPingRequest = z.input<typeof webhookPingRequestSchema>;

/** A problem document (RFC 9457). */
export type ProblemDocument = z.output<typeof problemSchema>;
