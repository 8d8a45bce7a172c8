import { inLowerAscii } from '../domain/ascii-case';
import { COMMAND_ID_PATTERN, purchaseId, type TransactionId } from '../domain/identifiers';
import { msisdn } from '../domain/msisdn';
import {
  PACKAGE_CODE_PATTERN,
  packageCode,
  PAYMENT_FORMS,
  type PaymentForm,
} from '../domain/catalogue/packages';
import {
  movesMoney,
  SETTLEMENT_KINDS,
  SETTLEMENT_STATES,
  type SettlementColumn,
  type SettlementKind,
  type SettlementLine,
} from '../domain/reconciliation/settlement';
import { vnd, type Vnd } from '../domain/vnd';

/** Whether amounts may be written with separators between thousands, as `90.000` or `90,000`. */
export const THOUSANDS_RULES = ['refuse', 'accept'] as const;
export type ThousandsRule = (typeof THOUSANDS_RULES)[number];

/** Why a line cannot be used; the message begins with the column. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
}

const REFERENCE_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;
const MSISDN_PATTERN = /^(?:\+?84|0)([1-9]\d{8})$/;
const WHOLE_PATTERN = /^\d{1,15}$/;
const GROUPED_PATTERN = /^\d{1,3}(?:\.\d{3}){1,4}$|^\d{1,3}(?:,\d{3}){1,4}$/;
const TIME_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** The calendar part of a time, which `Date.parse` would carry over: 31 November is the first of December to it. */
const CALENDAR = /^(\d{4})-(\d{2})-(\d{2})/;

/**
 * Reads the fields of one line.
 * @throws LineFault that names the column and the reason
 */
export function settlementLine(
  field: (column: SettlementColumn) => string,
  thousands: ThousandsRule,
): SettlementLine {
  const id = field('transaction_id');
  const [, purchase = '', command = ''] = COMMAND_ID_PATTERN.exec(id) ?? [];
  if (command === '')
    throw fault(
      'transaction_id',
      'must be one that we send: a purchase id (`pur_…`), a full stop and `registration`, `charge` or `rollback` (or `registration-2`, `rollback-2`, `rollback-3` …)',
    );
  const kind = oneOf('kind', field('kind'), SETTLEMENT_KINDS);
  if (kind !== command) throw fault('kind', `says ${kind}, but the transaction id says ${command}`);
  const line: SettlementLine = {
    reference: matching('reference', field('reference'), REFERENCE_PATTERN, '1 to 64 of A–Z a–z 0–9 . _ -'),
    purchaseId: purchaseId(purchase),
    transactionId: id as TransactionId, // just matched
    kind,
    msisdn: number(field('msisdn')),
    package: packageCode(matching('package', field('package'), PACKAGE_CODE_PATTERN, 'a package code')),
    paymentForm: oneOf('payment_form', field('payment_form'), PAYMENT_FORMS),
    amount: amount('amount', field('amount'), thousands),
    discountRateBasisPoints: rate(field('discount_rate_bp')),
    discountAmount: amount('discount_amount', field('discount_amount'), thousands),
    state: oneOf('state', field('state'), SETTLEMENT_STATES),
    at: moment(field('time')),
  };
  requireSense(line);
  return line;
}

/** Fields that are each well formed but contradict each other. */
function requireSense(line: SettlementLine): void {
  const { kind, paymentForm, amount, discountAmount } = line;
  if (kind === 'charge' && paymentForm === 'prepaid') {
    throw fault('kind', 'a prepaid purchase is paid by its registration and has no charge');
  }
  if (kind === 'registration' && !movesMoney(line) && discountAmount !== 0) {
    throw fault('discount_amount', 'must be 0 where no money moves');
  }
  if (discountAmount > amount) throw fault('discount_amount', 'exceeds the amount');
}

function fault(column: SettlementColumn, reason: string): LineFault {
  return new LineFault(`${column}: ${reason}`);
}

function matching(column: SettlementColumn, text: string, pattern: RegExp, form: string): string {
  if (!pattern.test(text)) throw fault(column, `must be ${form}`);
  return text;
}

function oneOf<T extends SettlementKind | PaymentForm | SettlementLine['state']>(
  column: SettlementColumn,
  text: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((one) => one === inLowerAscii(text));
  if (found === undefined) throw fault(column, `must be one of ${allowed.join(', ')}`);
  return found;
}

/** The number itself is never told: a report of bad lines may be sent around. */
function number(text: string): SettlementLine['msisdn'] {
  const national = MSISDN_PATTERN.exec(text)?.[1];
  if (national === undefined)
    throw fault('msisdn', 'must be a subscriber number: 84…, +84… or 0… with nine digits');
  return msisdn(`84${national}`);
}

function amount(column: SettlementColumn, text: string, thousands: ThousandsRule): Vnd {
  if (WHOLE_PATTERN.test(text)) return vnd(Number(text));
  if (!GROUPED_PATTERN.test(text)) throw fault(column, 'must be a whole number of đồng, 0 or more');
  if (thousands === 'refuse') {
    throw fault(
      column,
      'has thousands separators; if MobiFone writes its amounts so, run with --thousands accept',
    );
  }
  return vnd(Number(text.replaceAll(/[.,]/g, '')));
}

function rate(text: string): number {
  const basisPoints = WHOLE_PATTERN.test(text) ? Number(text) : NaN;
  if (basisPoints <= 10_000) return basisPoints;
  throw fault('discount_rate_bp', 'must be a whole number from 0 to 10000');
}

function moment(text: string): number {
  const at = TIME_PATTERN.test(text) && isOnCalendar(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw fault('time', 'must be ISO 8601 with an offset, such as 2026-11-23T10:05:33+07:00');
  return at;
}

function isOnCalendar(text: string): boolean {
  const [, year, month, day] = CALENDAR.exec(text) ?? [];
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
