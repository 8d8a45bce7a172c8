import type {
  BatchNotice,
  CaseRefundNotice,
  NoticesQuery,
  PingNotice,
  PurchaseListQuery,
  PurchaseOrder,
  RefundNotice,
  StateNotice,
} from './api-types';

export type {
  Account,
  AnyNotice,
  Batch,
  Batches,
  BatchNotice,
  BatchOrder,
  BatchResults,
  BatchRow,
  BatchValidation,
  Catalogue,
  CaseRefundNotice,
  Eligibility,
  ListedNotice,
  FoundPurchases,
  ListedPurchase,
  PurchaseSearchRequest,
  LoggedNotice,
  PackageOffer,
  PingNotice,
  ProblemDocument,
  Purchase,
  PurchaseEvent,
  PurchaseOrder,
  RefundNotice,
  StateNotice,
  Statement,
  Status,
  Validation,
  WebhookPing,
  WebhookPingRequest,
} from './api-types';

/** An order to be checked; its id may be left out. */
export type ValidationOrder = Omit<PurchaseOrder, 'externalId'> & Partial<Pick<PurchaseOrder, 'externalId'>>;
/** Filters of the list of purchases. */
export type PurchaseFilter = Omit<PurchaseListQuery, 'cursor'>;
/** Filters of the list of notices. */
export type NoticeFilter = Omit<NoticesQuery, 'cursor'>;

/** The body of a webhook notice; `type` discriminates. One that has `test` is about no purchase. */
export type Notice = RefundNotice | CaseRefundNotice | StateNotice | BatchNotice | PingNotice;
