import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { BatchOrder, BatchPolicy } from '../domain/batch/batch';
import type { CaseOrder } from '../domain/case/case';
import { CLEAR_TEXT_REFUSED, requireReadable } from '../domain/refused-input';
import { batchWorkflowId, purchaseWorkflowId } from '../domain/identifiers';
import { faultyField, ORDER_FIELDS, type Kind } from '../domain/purchase/order-fields';
import type { PurchaseOrder, PurchasePolicy } from '../domain/purchase/purchase';
import { withoutNumbers } from '../domain/telephone-numbers';

const POLICY: Record<string, Kind> = {
  attemptTimeout: 'number',
  heartbeatTimeout: 'number',
  retryInitialInterval: 'number',
  retryMaximumInterval: 'number',
  patience: 'number',
  lateEffectWatch: 'number',
};

/**
 * The API starts purchases. One that was started by hand fails at once, with the reason, where its input is invalid or
 * where it would sell an order under a workflow id that is not the order's own (I1).
 * @throws ApplicationFailure `InputInvalid`
 */
export function requirePurchaseInput(order: PurchaseOrder, policy: PurchasePolicy, carried: unknown): void {
  requireFields('order', order, ORDER_FIELDS);
  requireFields('policy', policy, POLICY);
  requireWebhooks(policy);
  if (order.paymentForm !== 'prepaid' && order.paymentForm !== 'postpaid') {
    throw invalid('the order’s paymentForm must be prepaid or postpaid');
  }
  requireOwnId(purchaseWorkflowId(order.channel, order.externalId));
  requireHandedOn(carried);
}

/**
 * A run of ours that continues another has what that handed on. Whoever can write to Temporal and takes a workflow's task can
 * continue it with its first input, as if nothing had been done yet.
 * @throws ApplicationFailure `InputInvalid`
 */
export function requireHandedOn(carried: unknown): void {
  if (workflowInfo().continuedFromExecutionRunId === undefined || carried !== undefined) return;
  throw invalid('the run before this one handed nothing on: nobody of ours continued it');
}

/** @param own the workflow that an order can have */
function requireOwnId(own: string): void {
  const { workflowId, unsafe } = workflowInfo();
  if (workflowId === own || unsafe.isReplaying) return; // what once began under an id goes on
  throw invalid(`this order is the workflow ${own}; under another id it would be sold once more`);
}

/** @throws ApplicationFailure `InputInvalid` */
export function requireCaseInput(order: CaseOrder, policy: PurchasePolicy): void {
  requireFields('order', order, {
    id: 'string',
    subject: 'object',
    purchase: 'object',
    evidence: 'object',
    openedAt: 'string',
  });
  requireFields('order’s purchase', order.purchase, ORDER_FIELDS);
  requireFields('policy', policy, POLICY);
  requireWebhooks(policy);
  requireHandedOn(undefined); // a case never continues as new
}

/**
 * The API starts batches; see `requirePurchaseInput`.
 * @throws ApplicationFailure `InputInvalid`
 */
export function requireBatchInput(order: BatchOrder, policy: BatchPolicy): void {
  requireFields('order', order, {
    channel: 'string',
    batchId: 'string',
    rows: 'array',
    noticeId: 'string',
    digest: 'string',
    acceptedAt: 'string',
  });
  requireFields('policy', policy, {
    ...TIME_LIMITS,
    taskQueue: 'string',
    rowsOfAPart: 'number',
    maxOpenRows: 'number',
    partsOfARun: 'number',
    notices: 'object',
  });
  requireFields('policy’s notices', policy.notices, TIME_LIMITS);
  requireWebhooks(policy.notices);
  if (!order.rows.every((row) => Array.isArray(row)))
    throw invalid('each of the order’s rows must be a list');
  requireOwnId(batchWorkflowId(order.channel, order.batchId));
}

/**
 * @param fields those that the workflow cannot do without
 * @throws ApplicationFailure `InputInvalid`: the workflow ends, instead of failing its task again and again (I17); Error,
 *   which fails the task, where the input cannot be decrypted: its key may come back
 */
export function requireFields(name: string, input: unknown, fields: Readonly<Record<string, Kind>>): void {
  requireReadable(input);
  if (typeof input !== 'object' || input === null) throw invalid(notAnObject(name, input));
  const field = faultyField(input, fields);
  if (field !== undefined)
    throw invalid(`the input’s ${name} must have "${field}", of type ${fields[field]}`);
}

function notAnObject(name: string, input: unknown): string {
  const why = input === CLEAR_TEXT_REFUSED ? `; it is ${CLEAR_TEXT_REFUSED}` : '';
  return `the input’s ${name} must be an object${why}`;
}

/** @throws ApplicationFailure `InputInvalid` */
export function requireText(name: string, input: unknown): void {
  requireReadable(input);
  if (typeof input === 'string' && input !== '' && input !== CLEAR_TEXT_REFUSED) return;
  throw invalid(`the input’s ${name} must be a text`);
}

/** The time limits that every workflow with activities of its own needs. */
export const TIME_LIMITS: Readonly<Record<string, Kind>> = {
  attemptTimeout: 'number',
  heartbeatTimeout: 'number',
};

/**
 * How deliveries to webhooks are made is optional; what is given must be whole.
 * @throws ApplicationFailure `InputInvalid`
 */
export function requireWebhooks({ webhooks }: { webhooks?: unknown }): void {
  if (webhooks !== undefined)
    requireFields('policy’s webhooks', webhooks, { taskQueue: 'string', attemptTimeout: 'number' });
}

/** In clear, so without a number that was typed into the input. */
function invalid(because: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(withoutNumbers(because), 'InputInvalid');
}
