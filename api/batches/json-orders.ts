import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import type { BilingualText } from '../../domain/bilingual';
import { jsonPointer } from '../../domain/json-pointer';
import { JsonPlace, jsonTokens } from '../../runtime/duplicate-keys';
import { duplicateField, MAX_BODY_BYTES, MAX_BODY_DEPTH, TOO_DEEP } from '../http/json-body';
import { Problem, type FieldFaultInWords } from '../http/problems';
import type { Steps } from '../http/slices';

/** Characters of one order: as many as the body of a single one may have bytes. */
const MAX_ORDER_LENGTH = MAX_BODY_BYTES;
/** Values, about, that a body may have beside its orders; it needs one. */
const MAX_VALUES_AROUND = 10_000;
/** Tokens of JSON that are one step: a step costs as much as some of them. */
const TOKENS_OF_A_STEP = 50;
const WHITE_SPACE = /^[ \t\r\n]*$/;

/**
 * Reads a JSON body with a list `orders`, each order for itself: the parser takes a whole body of two megabytes in one go, which
 * can take a third of a second.
 * @returns the body; of one with more orders than a batch may have one order too many, and nothing else
 * @throws Problem
 */
export function* ordersFromJson(text: string): Steps<unknown> {
  try {
    return yield* new OrdersReader(text).read();
  } catch (fault) {
    throw fault instanceof SyntaxError ? new Problem('malformed_request') : fault; // what the parser says may quote the body
  }
}

class OrdersReader {
  private readonly place = new JsonPlace();
  private readonly orders: unknown[] = [];
  /** Where the list begins and ends. */
  private listFrom: number | undefined;
  private listTo: number | undefined;
  /** Where the order begins that is read now. */
  private orderFrom = 0;
  private valuesAround = 0;

  constructor(private readonly text: string) {}

  *read(): Steps<unknown> {
    let tokens = 0;
    for (const { 0: token, index } of jsonTokens(this.text)) {
      tokens += 1;
      if (tokens % TOKENS_OF_A_STEP === 0) yield;
      if (this.isInList()) this.readInList(token, index);
      else this.readAround(token, index);
      if (this.orders.length > MAX_BATCH_ROWS) return { orders: this.orders };
    }
    if (this.listFrom === undefined) return JSON.parse(this.text) as unknown;
    const around = JSON.parse(this.text.slice(0, this.listFrom) + this.text.slice(this.listTo)) as object; // the list was in one
    return { ...around, orders: this.orders };
  }

  private isInList(): boolean {
    return this.listFrom !== undefined && this.listTo === undefined;
  }

  private readAround(token: string, index: number): void {
    if (token === ',' || token === '{' || token === '[') this.valuesAround += 1;
    if (this.valuesAround > MAX_VALUES_AROUND) throw new Problem('malformed_request', TOO_MUCH_AROUND);
    const isList =
      token === '[' &&
      this.listFrom === undefined &&
      this.place.depth === 1 &&
      this.place.path[0] === 'orders';
    this.goOn(token);
    if (isList) this.listFrom = this.orderFrom = index + 1;
  }

  private readInList(token: string, index: number): void {
    const isBetween = this.place.depth === 2 && (token === ',' || token === ']');
    if (index - this.orderFrom > MAX_ORDER_LENGTH) throw this.tooLong();
    if (isBetween) this.readOrder(token, index);
    this.goOn(token);
    if (this.place.depth < 2) this.listTo = index;
  }

  /** @param token the comma or the bracket behind it */
  private readOrder(token: string, index: number): void {
    const order = this.text.slice(this.orderFrom, index);
    this.orderFrom = index + 1;
    const isEmptyList = token === ']' && this.orders.length === 0 && WHITE_SPACE.test(order);
    if (!isEmptyList) this.orders.push(JSON.parse(order));
  }

  private goOn(token: string): void {
    if (this.place.isTwice(token)) throw refused(duplicateField(this.place));
    if (this.place.depth > MAX_BODY_DEPTH) throw new Problem('malformed_request', TOO_DEEP);
  }

  private tooLong(): Problem {
    const pointer = jsonPointer(['orders', this.orders.length]);
    return refused({ pointer, code: 'too_long', detail: TOO_LONG });
  }
}

function refused(fault: FieldFaultInWords): Problem {
  return new Problem('invalid_request', undefined, { errors: [fault], errorCount: 1 });
}

const TOO_MUCH_AROUND: BilingualText = {
  en: `The body has more than ${MAX_VALUES_AROUND} values beside its orders. Nothing was sold.`,
  vi: `Ngoài danh sách đơn hàng, nội dung có quá ${MAX_VALUES_AROUND} giá trị. Chưa có giao dịch nào được thực hiện.`,
};
const TOO_LONG: BilingualText = {
  en: `An order must have at most ${MAX_ORDER_LENGTH} characters.`,
  vi: `Mỗi đơn hàng dài tối đa ${MAX_ORDER_LENGTH} ký tự.`,
};
