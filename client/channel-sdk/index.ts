export {
  DatacodeClient,
  type ClientSettings,
  type ListFilter,
  type SubmitOptions,
  type WaitOptions,
} from './client';
export type { EventOptions } from './events';
export { DatacodeProblem, NoAnswer } from './faults';
export { UnverifiedNotice, verifyNotice, type VerifiedNotice } from './notices';
export type { CallOptions } from './transport';
export type {
  Account,
  Eligibility,
  NoticeDelivery,
  PackageOffer,
  ProblemDocument,
  Purchase,
  PurchaseEvent,
  PurchaseOrder,
  RefundNotice,
  Validation,
} from './types';
