/** A sales channel's name in the registry. */
export type ChannelName = string & { readonly __brand: 'ChannelName' };
/** The channel's own order id: the identity of a purchase within its channel (design decision 1). */
export type ExternalId = string & { readonly __brand: 'ExternalId' };
/** The channel's own id of a batch: its identity within the channel, as an order's is. */
export type BatchId = string & { readonly __brand: 'BatchId' };
/** Our id of a purchase, `pur_…`: derived from channel and external id, so the same order always has the same. */
export type PurchaseId = string & { readonly __brand: 'PurchaseId' };
/** The id that one command to MobiFone carries, the same in every retry, restart and reset. */
export type TransactionId = string & { readonly __brand: 'TransactionId' };

/** The id of a notice to a channel: the same at each delivery, so that the channel heeds it once. */
export type NoticeId = string & { readonly __brand: 'NoticeId' };

/** The id of a case, which is its workflow's: made of what it settles, so that it is opened once. */
export type CaseId = string & { readonly __brand: 'CaseId' };

/** No colon: a workflow id must split into its parts in one way only. */
export const CHANNEL_NAME_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
export const EXTERNAL_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/;
export const MAX_EXTERNAL_ID_LENGTH = 64;
const PURCHASE_ID_PATTERN = /^pur_[a-z2-7]{26}$/;
const NOTICE_ID_PATTERN =
  /^((?:case_)?refund_pur_[a-z2-7]{26}|evt_pur_[a-z2-7]{26}_[1-9]\d{0,5}(?:_\d{13,15})?|evt_bat_[a-z2-7]{26})$/;
/** How the ids of notices about batches begin. */
export const BATCH_NOTICE_IDS = 'evt_bat_';
const CASE_ID_PATTERN =
  /^case:pur_[a-z2-7]{26}:(make_good|reversal:[A-Za-z0-9._-]{1,64}|workflow_closed:[0-9a-f-]{36})$/;

/** @throws RangeError when the name does not match `CHANNEL_NAME_PATTERN`. */
export function channelName(text: string): ChannelName {
  if (!CHANNEL_NAME_PATTERN.test(text)) throw new RangeError(`"${text}" is not a channel name`);
  return text as ChannelName; // just checked
}

/** @throws RangeError when the id does not match `EXTERNAL_ID_PATTERN`. */
export function externalId(text: string): ExternalId {
  if (!EXTERNAL_ID_PATTERN.test(text)) throw new RangeError(`"${text}" is not an external id`);
  return text as ExternalId; // just checked
}

/** @throws RangeError when the id is not one that an order could have. */
export function batchId(text: string): BatchId {
  if (!EXTERNAL_ID_PATTERN.test(text)) throw new RangeError(`"${text}" is not the id of a batch`);
  return text as BatchId; // just checked
}

/** Whether a purchase can have this id. */
export function isPurchaseId(text: string): text is PurchaseId {
  return PURCHASE_ID_PATTERN.test(text);
}

/** @throws RangeError when the id is not `pur_` and 26 base32 characters. */
export function purchaseId(text: string): PurchaseId {
  if (!PURCHASE_ID_PATTERN.test(text)) throw new RangeError(`"${text}" is not a purchase id`);
  return text as PurchaseId; // just checked
}

/** The one workflow that a channel's order can ever have (design decision 1). */
export function purchaseWorkflowId(channel: ChannelName, id: ExternalId): string {
  return `${purchaseWorkflowIdsOf(channel)}${id}`;
}

/** How the ids of all workflows of a channel's purchases begin, and no other's. */
export function purchaseWorkflowIdsOf(channel: ChannelName): string {
  return `purchase:${channel}:`;
}

/**
 * Whose purchase a workflow is.
 * @throws RangeError when it is none of a purchase
 */
export function purchaseOfWorkflow(workflowId: string): { channel: ChannelName; externalId: ExternalId } {
  const [kind, channel = '', id = ''] = workflowId.split(':');
  if (kind !== 'purchase') throw new RangeError(`"${workflowId}" is not the workflow of a purchase`);
  return { channel: channelName(channel), externalId: externalId(id) };
}

/** The one workflow that a channel's batch can ever have. */
export function batchWorkflowId(channel: ChannelName, id: BatchId): string {
  return `${batchWorkflowIdsOf(channel)}${id}`;
}

/** How the ids of all workflows of a channel's batches begin, and no other's. */
export function batchWorkflowIdsOf(channel: ChannelName): string {
  return `batch:${channel}:`;
}

/** The one workflow that records a channel's use of an `Idempotency-Key`, by the key's digest. */
export function idempotencyKeyWorkflowId(channel: ChannelName, keyDigest: string): string {
  return `idempotency:${channel}:${keyDigest}`;
}

/** The one workflow that holds a channel's claim on selling a package to a subscriber, by the digest of both. */
export function orderClaimWorkflowId(channel: ChannelName, digest: string): string {
  return `claim:${channel}:${digest}`;
}

/**
 * The workflow that holds a place among the orders of a number on a day, by the digest of the number.
 * @param count `of` a channel, or undefined for all
 */
export function countedSaleWorkflowId(count: {
  of: ChannelName | undefined;
  day: string;
  digest: string;
  place: number;
}): string {
  const { of, day, digest, place } = count;
  return `count:${of === undefined ? 'all' : `channel:${of}`}:${day}:${digest}:${place}`;
}

/**
 * What a purchase may send under an id of its own. A rollback that was refused, or that is sent for what landed after
 * one, is the next rollback; what a case registers is the second registration.
 */
export type Transaction =
  | 'check'
  | 'registration'
  | 'registration-2'
  | 'charge'
  | 'rollback'
  | `rollback-${number}`
  | 'sms-rejection'
  | 'sms-transaction'
  | 'sms-success';

/** Forward and compensating commands carry different ids, each stable for ever (design decision 2). */
export function transactionId(purchase: PurchaseId, transaction: Transaction): TransactionId {
  return `${purchase}.${transaction}` as TransactionId; // made of a checked id and a literal
}

/** @param ordinal counts the rollbacks of a purchase, from 1 */
export function rollbackTransaction(ordinal: number): Extract<Transaction, `rollback${string}`> {
  return ordinal === 1 ? 'rollback' : `rollback-${ordinal}`;
}

/** The id of a command that may be ours, with its purchase and what it does. A charge has no number, nor has the first of the others. */
export const COMMAND_ID_PATTERN =
  /^(pur_[a-z2-7]{26})\.(registration(?=(?:-2)?$)|charge(?=$)|rollback(?=(?:-(?:[2-9]|[1-9]\d{1,8}))?$))/;

/** The purchase that a transaction belongs to. */
export function purchaseOfTransaction(id: TransactionId): PurchaseId {
  return id.slice(0, id.indexOf('.')) as PurchaseId; // as `transactionId` joined them
}

/** The id of a purchase's refund notice, the same in every delivery (I5). */
export function refundNoticeId(purchase: PurchaseId): NoticeId {
  return `refund_${purchase}` as NoticeId; // made of a checked id
}

/** The id of the refund notice of a sale that turned out wrong after it had succeeded: one for each purchase. */
export function caseRefundNoticeId(purchase: PurchaseId): NoticeId {
  return `case_refund_${purchase}` as NoticeId; // made of a checked id
}

/** The one workflow that can ever settle this about a purchase. */
export function caseId(
  purchase: PurchaseId,
  subject:
    | { kind: 'make_good' }
    | { kind: 'reversal'; reference: string }
    | { kind: 'workflow_closed'; runId: string },
): CaseId {
  return `case:${purchase}:${aboutOf(subject)}` as CaseId; // made of a checked id; no reference or run id has a colon
}

function aboutOf(subject: Parameters<typeof caseId>[1]): string {
  switch (subject.kind) {
    case 'make_good':
      return subject.kind;
    case 'reversal':
      return `${subject.kind}:${subject.reference}`;
    case 'workflow_closed':
      return `${subject.kind}:${subject.runId}`;
  }
}

/** @returns nothing when no case can have this id */
export function caseIdOf(text: string): CaseId | undefined {
  return CASE_ID_PATTERN.test(text) ? (text as CaseId) : undefined; // just checked
}

/** The id of the notice of a purchase's move to a state, by the event's sequence. */
export function stateNoticeId(purchase: PurchaseId, sequence: number): NoticeId {
  return `evt_${purchase}_${sequence}` as NoticeId; // made of a checked id and a number
}

/**
 * The same of a run that came after another, whose events have the same numbers and other times.
 * @param at ISO 8601, as the event has it
 */
export function laterStateNoticeId(purchase: PurchaseId, sequence: number, at: string): NoticeId {
  return `${stateNoticeId(purchase, sequence)}_${Date.parse(at)}` as NoticeId; // made of a checked id and numbers
}

/** The id of the notice that a batch is over, by 26 base32 characters that are derived from channel and batch. */
export function batchNoticeId(derived: string): NoticeId {
  return `${BATCH_NOTICE_IDS}${derived}` as NoticeId; // of its one caller, which derives it
}

/** @returns nothing when no notice can have this id */
export function noticeId(text: string): NoticeId | undefined {
  return NOTICE_ID_PATTERN.test(text) ? (text as NoticeId) : undefined; // just checked
}

/** The purchase that a notice is about. */
export function purchaseOfNotice(id: NoticeId): PurchaseId {
  return (/pur_[a-z2-7]{26}/.exec(id)?.[0] ?? '') as PurchaseId; // every notice's id holds one
}
