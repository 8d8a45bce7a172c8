import { MAX_EXTERNAL_ID_LENGTH } from '../../domain/identifiers';
import { jsonPointer } from '../../domain/json-pointer';
import { parseMsisdn } from '../../domain/msisdn-parsing';
import type { FieldFaultInWords } from '../http/problems';
import { fieldFault, memberOf, readBody } from '../http/read-body';
import type { PurchaseRequest } from '../../selling/order';
import { holdsAnyNumber, numbersHeldBy } from './number-in-id';
import { purchaseRequestSchema } from './schemas';

/**
 * Reads the body of an order.
 * @throws Problem `invalid_request` with all its faults at once
 */
export function readPurchaseRequest(body: unknown): PurchaseRequest {
  return readBody(purchaseRequestSchema, body, externalIdFaults(body));
}

/** Ids reach logs, addresses and search attributes, where nobody's number may be (I11). */
export function externalIdFaults(body: unknown): FieldFaultInWords[] {
  const id = memberOf(body, 'externalId');
  if (typeof id !== 'string' || id.length > MAX_EXTERNAL_ID_LENGTH) return [];
  const number = memberOf(body, 'msisdn');
  const parsed = typeof number === 'string' ? parseMsisdn(number) : undefined;
  const holdsOwn = parsed?.ok === true && numbersHeldBy(id)(parsed.msisdn);
  return holdsOwn || holdsAnyNumber(id) ? [fieldFault(jsonPointer(['externalId']), 'contains_msisdn')] : [];
}
