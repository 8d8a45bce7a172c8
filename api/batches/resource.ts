import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { derivePurchaseId } from '../../client/purchase-id';
import type { RowReason } from '../../domain/batch/batch';
import { batchFacts, rowMoney } from '../../domain/batch/progress';
import type { BatchRecord, ToldRow } from '../../domain/batch/protocol';
import type { BilingualText } from '../../domain/bilingual';
import { batchId, EXTERNAL_ID_PATTERN, type BatchId, type ChannelName } from '../../domain/identifiers';
import { isProblemCode, PROBLEM_CODES } from '../../domain/problem-codes';
import { REASONS } from '../../domain/purchase/reasons';
import { Problem } from '../http/problems';
import type { BatchResource, BatchRowResource } from './schemas';

/**
 * The id of the batch in an address.
 * @throws Problem `batch_not_found`, also for an id that no batch can have
 */
export function batchIdOf(request: Request): BatchId {
  const text = request.params['batchId'];
  if (typeof text !== 'string' || !EXTERNAL_ID_PATTERN.test(text)) throw new Problem('batch_not_found');
  return batchId(text);
}

/** A batch as its channel sees it. */
export function batchResource({ batchId: id, progress }: BatchRecord): BatchResource {
  return batchFacts(id, progress);
}

/** A strong tag: it changes with every byte of the response. */
export function tagOf(resource: BatchResource): string {
  return `"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`;
}

/** @param index the row's place in the batch */
export function rowResource(channel: ChannelName, row: ToldRow, index: number): BatchRowResource {
  const [externalId, msisdn, code, result, reason, faceValue, discount] = row;
  const hasPurchase = result !== 'refused' && result !== 'not_begun';
  return {
    index,
    externalId,
    msisdn,
    package: code,
    result,
    reason: reason && { code: reason, message: inWords(reason) },
    purchaseId: hasPurchase ? derivePurchaseId(channel, externalId) : null,
    ...rowMoney(result, faceValue, discount),
  };
}

/** What a customer may be told of a purchase, or what a channel is told of an order that is not accepted. */
function inWords(reason: RowReason): { vi: string; en: string } {
  const { vi, en }: BilingualText = isProblemCode(reason) ? PROBLEM_CODES[reason].title : REASONS[reason];
  return { vi, en };
}
