import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Channel } from '../../channel/registry';
import { MAX_BATCH_ROWS, type BatchRow } from '../../domain/batch/batch';
import type { BilingualText } from '../../domain/bilingual';
import { FIELD_FAULTS } from '../../domain/field-faults';
import type { BatchId } from '../../domain/identifiers';
import { jsonPointer } from '../../domain/json-pointer';
import type { Offer, Offers } from '../../selling/offers';
import type { PurchaseRequest } from '../../selling/order';
import { packageCodeSchema } from '../http/fields';
import { bytesOfBody, isUtf8, textOfBody } from '../http/json-body';
import { Problem, type FieldFaultInWords } from '../http/problems';
import { Faults, fieldFault, memberOf } from '../http/read-body';
import { inSlices, type Steps } from '../http/slices';
import { numbersHeldBy } from '../purchases/number-in-id';
import { externalIdFaults } from '../purchases/request';
import { purchaseRequestSchema } from '../purchases/schemas';
import { csvText, inWordsOfCsv, ordersFromCsv, type CsvOrders } from './csv-orders';
import { ordersFromJson } from './json-orders';
import { batchQuerySchema, batchShapeSchema } from './schemas';

const NO_ROWS: BilingualText = {
  en: 'Must have at least 1 order.',
  vi: 'Phải có ít nhất 1 đơn hàng.',
};
const TOO_MANY_ROWS: BilingualText = {
  en: `Must have at most ${MAX_BATCH_ROWS} orders.`,
  vi: `Tối đa ${MAX_BATCH_ROWS} đơn hàng.`,
};
/** A body of orders, before any row was looked at. */
export interface GivenBatch extends Partial<CsvOrders> {
  batchId: BatchId | undefined;
  orders: unknown[];
}

/** A batch whose rows were looked at. */
export interface BatchReading {
  /** Rows that are in order, each at the price of this moment. */
  rows: { row: BatchRow; offer: Offer }[];
  /** Rows of the right form, whether or not they can be sold at this moment. */
  wellFormed: BatchRow[];
  faults: Faults;
}

export const JSON_OR_CSV: BilingualText = {
  en: 'Send a batch uncompressed, as JSON ("Content-Type: application/json") or as CSV ("Content-Type: text/csv"), in UTF-8. Save a spreadsheet as CSV UTF-8. Nothing was sold.',
  vi: 'Gửi lô đơn hàng không nén, dạng JSON ("Content-Type: application/json") hoặc CSV ("Content-Type: text/csv"), mã hóa UTF-8. Bảng tính cần lưu thành CSV UTF-8. Chưa có giao dịch nào được thực hiện.',
};

/** Whether the body is neither of the two forms that a batch may have. */
export function isOther(request: Request): boolean {
  if (request.get('content-length') === '0') return false;
  return request.is(['application/json', 'text/csv']) === false || !isUtf8(request);
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
  const { batchId } = readShape(batchQuerySchema, request.query);
  const bytes = await bytesOfBody(request, response);
  if (isCsv(request)) {
    const { orders, lines } = await inSlices(response, ordersFromCsv(csvText(bytes)));
    return { ...given({ ...(batchId === undefined ? {} : { batchId }), orders }), lines };
  }
  const body = bytes.length === 0 ? undefined : await inSlices(response, ordersFromJson(textOfBody(bytes)));
  const isTwice = batchId !== undefined && memberOf(body, 'batchId') !== undefined;
  if (isTwice) throw refusal(faultsOf(fieldFault('/batchId', 'duplicate_field')));
  return given(body);
}

function given(body: unknown): GivenBatch {
  const { batchId, orders } = readShape(batchShapeSchema, body);
  return { batchId, orders };
}

/** @throws Problem `invalid_request` with the faults of what is around the rows */
function readShape<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const shape = schema.safeParse(value);
  const faults = new Faults();
  faults.addOf(shape, value);
  faults.add(idFaults(value));
  if (shape.success && faults.count === 0) return shape.data;
  throw refusal(faults);
}

function refusal({ told, count }: Faults): Problem {
  return new Problem('invalid_request', undefined, { errors: told, errorCount: count });
}

function faultsOf(fault: FieldFaultInWords): Faults {
  const faults = new Faults();
  faults.add([fault]);
  return faults;
}

/** The id of a batch reaches the places that the id of an order reaches. */
function idFaults(body: unknown): FieldFaultInWords[] {
  const faults = externalIdFaults({ externalId: memberOf(body, 'batchId') });
  return faults.map((fault) => ({ ...fault, pointer: '/batchId' }));
}

/**
 * Looks at every row of a list that is not too long, and tells all that is wrong with any of them.
 * @throws SaleRefused `temporarily_unavailable` when there are no prices
 */
export function* readRows(
  { batchId, orders, lines }: GivenBatch,
  channel: Channel,
  offers: Offers,
  at: Date,
): Steps<BatchReading> {
  const ofLength = lengthFault(orders.length);
  if (ofLength) return { rows: [], wellFormed: [], faults: faultsOf(ofLength) };
  const reading: BatchReading = { rows: [], wellFormed: [], faults: new Faults() };
  const doubles = new Doubles(lines);
  const isInBatchId = batchId === undefined ? () => false : numbersHeldBy(batchId);
  let isNumberInId = false;
  for (const [place, order] of orders.entries()) {
    yield;
    const line = lines?.[place];
    const placed = (each: FieldFaultInWords): FieldFaultInWords => ({
      ...(line === undefined ? each : { ...inWordsOfCsv(each), line }),
      pointer: `${jsonPointer(['orders', place])}${each.pointer}`,
    });
    const before = reading.faults.count;
    const parsed = purchaseRequestSchema.safeParse(order);
    reading.faults.addOf(parsed, order, placed);
    isNumberInId ||= parsed.success && isInBatchId(parsed.data.msisdn);
    const code = packageCodeSchema.safeParse(memberOf(order, 'package'));
    const offer = code.success ? offers.find(code.data, channel, at) : undefined;
    const further = [
      ...externalIdFaults(order),
      ...(offer && 'fault' in offer ? [fieldFault('/package', offer.fault)] : []),
      ...doubles.faultsOf(memberOf(order, 'externalId'), parsed.data, place),
    ];
    reading.faults.add(further.map(placed));
    if (!parsed.success) continue;
    const row = rowOf(parsed.data);
    reading.wellFormed.push(row);
    if (offer && !('fault' in offer) && reading.faults.count === before) reading.rows.push({ row, offer });
  }
  if (isNumberInId) reading.faults.putFirst(fieldFault('/batchId', 'contains_msisdn'));
  return reading;
}

/** Of a list with too few rows or too many. */
function lengthFault(rows: number): FieldFaultInWords | undefined {
  if (rows === 0) return { pointer: '/orders', code: 'too_short', detail: NO_ROWS };
  return isTooLong(rows) ? { pointer: '/orders', code: 'too_long', detail: TOO_MANY_ROWS } : undefined;
}

function isTooLong(rows: number): boolean {
  return rows > MAX_BATCH_ROWS;
}

function rowOf({ externalId, msisdn, package: code, allowDuplicate }: PurchaseRequest): BatchRow {
  return allowDuplicate ? [externalId, msisdn, code, 1] : [externalId, msisdn, code];
}

/** What earlier rows of the list have. */
class Doubles {
  private readonly ids = new Map<string, number>();
  private readonly sales = new Map<string, number>();

  /** @param lines of the rows, where they are lines of a file */
  constructor(private readonly lines: readonly number[] | undefined) {}

  /** @param order where the row is one in itself */
  faultsOf(externalId: unknown, order: PurchaseRequest | undefined, place: number): FieldFaultInWords[] {
    const faults: FieldFaultInWords[] = [];
    if (typeof externalId === 'string') {
      const earlier = this.ids.get(externalId);
      if (earlier === undefined) this.ids.set(externalId, place);
      else faults.push(this.repeated('/externalId', 'repeated_external_id', earlier));
    }
    if (!order) return faults;
    const sale = `${order.msisdn} ${order.package}`;
    const earlier = this.sales.get(sale);
    if (earlier === undefined) this.sales.set(sale, place);
    else if (!order.allowDuplicate) faults.push(this.repeated('/msisdn', 'repeated_sale', earlier));
    return faults;
  }

  private repeated(
    pointer: string,
    code: 'repeated_external_id' | 'repeated_sale',
    earlier: number,
  ): FieldFaultInWords {
    const { en, vi } = FIELD_FAULTS[code];
    const earlierLine = this.lines?.[earlier];
    if (earlierLine !== undefined)
      return {
        pointer,
        code,
        earlierLine,
        detail: { en: `${en} It is line ${earlierLine}.`, vi: `${vi} Đó là dòng ${earlierLine}.` },
      };
    const where = jsonPointer(['orders', earlier]);
    return { pointer, code, detail: { en: `${en} It is ${where}.`, vi: `${vi} Đó là ${where}.` } };
  }
}

/**
 * What can be accepted: nothing is sold unless everything is in order.
 * @throws Problem `invalid_request`
 */
export function faultless(
  { batchId, orders }: GivenBatch,
  { rows, faults }: BatchReading,
): { batchId: BatchId; rows: BatchRow[] } {
  if (batchId !== undefined && faults.count === 0) return { batchId, rows: rows.map(({ row }) => row) };
  const isIdKnown = !isTooLong(orders.length); // it may stand behind the orders, where reading ended
  if (batchId === undefined && isIdKnown) faults.putFirst(fieldFault('/batchId', 'missing'));
  throw refusal(faults);
}
