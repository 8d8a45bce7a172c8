import type { CaseRefundReason } from '../case/case';
import type { BatchProgress } from '../batch/progress';
import type { BatchId, ChannelName, ExternalId, NoticeId, PurchaseId } from '../identifiers';
import type { PackageCode } from '../catalogue/packages';
import type { PurchaseOutcome, PurchaseState } from '../purchase/states';
import type { ReasonCode } from '../purchase/reasons';
import type { Origin } from '../trace';
import type { Vnd } from '../vnd';

/** The notice that a channel's customer is to be refunded (step (6.3)). Plain JSON. */
export interface RefundNotice extends Origin {
  /** The same however often it is delivered (I5); the channel refunds once per id. */
  id: NoticeId;
  purchaseId: PurchaseId;
  externalId: ExternalId;
  /** The outcome of the purchase; a rollback may still be running. */
  outcome: PurchaseOutcome;
  refusal: ReasonCode;
  /** What the customer paid. */
  amount: Vnd;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** The notice that a purchase moved to a state that its channel subscribed to. Plain JSON, nothing personal. */
export interface StateNotice extends Origin {
  /** The same however often it is delivered. */
  id: NoticeId;
  purchaseId: PurchaseId;
  externalId: ExternalId;
  /** Of the event: notices may arrive in another order than that of the events. */
  sequence: number;
  state: PurchaseState;
  reason: ReasonCode | null;
  package: PackageCode;
  faceValue: Vnd;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** The notice that a sale that had succeeded turned out wrong, and its customer is to be refunded after all. */
export interface CaseRefundNotice extends Origin {
  /** The same however often it is delivered; the channel refunds once per id. */
  id: NoticeId;
  purchaseId: PurchaseId;
  externalId: ExternalId;
  caseReason: CaseRefundReason;
  /** What the customer paid. */
  amount: Vnd;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** The notice that a batch is over. Plain JSON, nothing personal. */
export interface BatchNotice extends Origin {
  /** The same however often it is delivered. */
  id: NoticeId;
  batchId: BatchId;
  progress: BatchProgress & { state: BatchEndState };
  /** ISO 8601, UTC. */
  occurredAt: string;
}
export const BATCH_END_STATES = ['completed', 'cancelled'] as const;
export type BatchEndState = (typeof BATCH_END_STATES)[number];

/** A notice about one purchase. */
export type PurchaseNotice = RefundNotice | StateNotice | CaseRefundNotice;
export type Notice = PurchaseNotice | BatchNotice;

export function isBatchNotice(notice: Notice): notice is BatchNotice {
  return 'batchId' in notice;
}

/** The channel's own id of what a notice is about. */
export function noticeSubject(notice: Notice): ExternalId | BatchId {
  return isBatchNotice(notice) ? notice.batchId : notice.externalId;
}

/** Refund notices in the histories of older workers have no type field, so state notices are told by a field of theirs. */
export function isStateNotice(notice: Notice): notice is StateNotice {
  return 'sequence' in notice;
}

export function isCaseRefundNotice(notice: Notice): notice is CaseRefundNotice {
  return 'caseReason' in notice;
}

export type NoticeType =
  'purchase.refund_due' | 'purchase.case_refund_due' | `purchase.${PurchaseState}` | `batch.${BatchEndState}`;

/** The name of a notice on the wire. */
export function noticeType(notice: Notice): NoticeType {
  if (isBatchNotice(notice)) return `batch.${notice.progress.state}`;
  if (isCaseRefundNotice(notice)) return 'purchase.case_refund_due';
  return isStateNotice(notice) ? `purchase.${notice.state}` : 'purchase.refund_due';
}

/** A notice with its channel: the input of the workflow that delivers it. */
export interface AddressedNotice {
  channel: ChannelName;
  notice: Notice;
}

/** One attempt to deliver. */
export interface NoticeAttempt {
  /** ISO 8601, UTC. */
  at: string;
  /** The webhook's HTTP status; absent when it gave no answer. */
  status?: number;
  durationMs: number;
  /** In words, without personal data. */
  detail: string;
}

/**
 * The deliveries of a purchase's refund notice, as its activity passes them from attempt to attempt, and to the history
 * when a round of attempts ends. Older histories have none.
 */
export interface RefundDeliveries {
  deliveries: readonly NoticeAttempt[];
}

export const DELIVERY_STATUSES = ['delivering', 'delivered', 'undelivered'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The delivery log of a notice: the workflow's query and its result. */
export interface NoticeLog extends AddressedNotice {
  standing: DeliveryStatus;
  attempts: NoticeAttempt[];
  /** ISO 8601, UTC; null when no attempt is planned. */
  nextAttemptAt: string | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses between attempts, as Standard Webhooks advises; three days in all. Each is stretched by up to a fifth. */
export const NOTICE_PAUSES_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** HTTP 410 Gone: the endpoint wants no more deliveries. */
export const GONE = 410;

/** The health of a channel's webhook. */
export const WEBHOOK_STATUSES = ['healthy', 'failing', 'disabled'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** What a notice takes along into its next run. */
export interface CarriedNotice {
  /** The latest; see `MAX_CARRIED_ATTEMPTS`. */
  attempts: NoticeAttempt[];
  /** How many of its pauses are over. */
  pauses: number;
  /** When the latest deliveries were asked for, milliseconds. */
  askedAt: number[];
}
/** As many attempts are taken along: the deliveries that are due are ten at most, the others were asked for. */
export const MAX_CARRIED_ATTEMPTS = 100;
