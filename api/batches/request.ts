import { setImmediate } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Channel } from '../../channel/registry';
import type { BatchRow } from '../../domain/batch/batch';
import { FIELD_FAULTS } from '../../domain/field-faults';
import type { BatchId } from '../../domain/identifiers';
import { jsonPointer } from '../../domain/json-pointer';
import type { Offer, Offers } from '../../selling/offers';
import type { PurchaseRequest } from '../../selling/order';
import { packageCodeSchema } from '../http/fields';
import { bytesOfBody, isUtf8, textOfBody } from '../http/json-body';
import { Problem, type FieldFaultInWords } from '../http/problems';
import { faultsOfValue, fieldFault, MAX_TOLD_FAULTS, memberOf, readBody } from '../http/read-body';
import { externalIdFaults } from '../purchases/request';
import { purchaseRequestSchema } from '../purchases/schemas';
import { ordersFromCsv, type CsvOrders } from './csv-orders';
import { batchQuerySchema, batchShapeSchema } from './schemas';

/** Rows that are looked at in one go; then other requests have their turn. */
const ROWS_AT_ONCE = 200;

/** A body of orders, before any row was looked at. */
export interface GivenBatch extends Partial<CsvOrders> {
  batchId: BatchId | undefined;
  orders: unknown[];
}

/** A batch whose rows were looked at. */
export interface BatchReading {
  /** Rows that are in order, each at the price of this moment. */
  rows: { row: BatchRow; offer: Offer }[];
  faults: FieldFaultInWords[];
}

/** Whether the body is a list as CSV; anything else is to be JSON. */
export function isCsv(request: Request): boolean {
  return request.is('text/csv') === 'text/csv' && isUtf8(request);
}

/**
 * Reads the body of a batch: JSON, or CSV with the batch's id in the address.
 * @throws Problem
 */
export async function givenBatch(request: Request, response: Response): Promise<GivenBatch> {
  const { batchId } = readBody(batchQuerySchema, request.query, idFaults(request.query));
  if (!isCsv(request)) return given(request.body);
  const { orders, lines } = ordersFromCsv(textOfBody(await bytesOfBody(request, response)));
  return { ...given({ ...(batchId === undefined ? {} : { batchId }), orders }), lines };
}

function given(body: unknown): GivenBatch {
  const { batchId, orders } = readBody(batchShapeSchema, body, idFaults(body));
  return { batchId, orders };
}

/** The id of a batch reaches the places that the id of an order reaches. */
function idFaults(body: unknown): FieldFaultInWords[] {
  const faults = externalIdFaults({ externalId: memberOf(body, 'batchId') });
  return faults.map((fault) => ({ ...fault, pointer: '/batchId' }));
}

/**
 * Looks at every row, and tells all that is wrong with any of them.
 * @throws SaleRefused `temporarily_unavailable` when there are no prices
 */
export async function readRows(
  { orders, lines }: GivenBatch,
  channel: Channel,
  offers: Offers,
  at: Date,
): Promise<BatchReading> {
  const reading: BatchReading = { rows: [], faults: [] };
  const doubles = new Doubles();
  for (const [place, order] of orders.entries()) {
    if (place > 0 && place % ROWS_AT_ONCE === 0) await setImmediate();
    const line = lines?.[place];
    const fault = ({ pointer, ...words }: FieldFaultInWords): FieldFaultInWords => ({
      pointer: `${jsonPointer(['orders', place])}${pointer}`,
      ...words,
      ...(line === undefined ? {} : { line }),
    });
    const parsed = purchaseRequestSchema.safeParse(order);
    const code = packageCodeSchema.safeParse(memberOf(order, 'package'));
    const offer = code.success ? offers.find(code.data, channel, at) : undefined;
    const faults = [
      ...faultsOfValue(parsed, order),
      ...externalIdFaults(order),
      ...(offer && 'fault' in offer ? [fieldFault('/package', offer.fault)] : []),
      ...doubles.faultsOf(memberOf(order, 'externalId'), parsed.data, place),
    ];
    if (parsed.success && offer && !('fault' in offer) && faults.length === 0)
      reading.rows.push({ row: rowOf(parsed.data), offer });
    reading.faults.push(...faults.map(fault));
  }
  return reading;
}

function rowOf({ externalId, msisdn, package: code, allowDuplicate }: PurchaseRequest): BatchRow {
  return allowDuplicate ? [externalId, msisdn, code, 1] : [externalId, msisdn, code];
}

/** What earlier rows of the list have. */
class Doubles {
  private readonly ids = new Map<string, number>();
  private readonly sales = new Map<string, number>();

  /** @param order where the row is one in itself */
  faultsOf(externalId: unknown, order: PurchaseRequest | undefined, place: number): FieldFaultInWords[] {
    const faults: FieldFaultInWords[] = [];
    if (typeof externalId === 'string') {
      const earlier = this.ids.get(externalId);
      if (earlier === undefined) this.ids.set(externalId, place);
      else faults.push(repeated('/externalId', 'repeated_external_id', earlier));
    }
    if (!order) return faults;
    const sale = `${order.msisdn} ${order.package}`;
    const earlier = this.sales.get(sale);
    if (earlier === undefined) this.sales.set(sale, place);
    else if (!order.allowDuplicate) faults.push(repeated('/msisdn', 'repeated_sale', earlier));
    return faults;
  }
}

function repeated(
  pointer: string,
  code: 'repeated_external_id' | 'repeated_sale',
  earlier: number,
): FieldFaultInWords {
  const { en, vi } = FIELD_FAULTS[code];
  const where = jsonPointer(['orders', earlier]);
  return { pointer, code, detail: { en: `${en} It is ${where}.`, vi: `${vi} Đó là ${where}.` } };
}

/**
 * What can be accepted: nothing is sold unless everything is in order.
 * @throws Problem `invalid_request`
 */
export function faultless(
  { batchId }: GivenBatch,
  { rows, faults }: BatchReading,
): { batchId: BatchId; rows: BatchRow[] } {
  if (batchId !== undefined && faults.length === 0) return { batchId, rows: rows.map(({ row }) => row) };
  const all = batchId === undefined ? [fieldFault('/batchId', 'missing'), ...faults] : faults;
  throw new Problem('invalid_request', undefined, {
    errors: all.slice(0, MAX_TOLD_FAULTS),
    errorCount: all.length,
  });
}
