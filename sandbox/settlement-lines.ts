import { discountInForce, NO_DISCOUNT, type Discount, type DiscountRule } from '../domain/catalogue/discount';
import { purchaseId, type TransactionId } from '../domain/identifiers';
import { localDayStart, daysAfter, type LocalDay } from '../domain/local-time';
import { msisdn } from '../domain/msisdn';
import { packageCode } from '../domain/catalogue/packages';
import type { SettlementKind, SettlementLine } from '../domain/reconciliation/settlement';
import { vnd } from '../domain/vnd';
import type { LedgerEntry } from './ledger-entries';

type Registered = Extract<LedgerEntry, { kind: 'registered' }>;
type Undoing = Extract<LedgerEntry, { kind: 'charge_reversed' | 'deactivated' | 'registration_undone' }>;

/** By what MobiFone reckons its discount. */
export interface SettlementTerms {
  rules: readonly DiscountRule[];
  discountClass: string;
}

interface Ledgered {
  registrations: ReadonlyMap<string, Registered>;
  /** By the transaction that was undone. */
  undone: ReadonlyMap<string, Undoing>;
  /** Money that a rollback gave back, by the rollback: what it undid. */
  paymentsUndoneBy: ReadonlyMap<string, SettlementLine>;
}

/** MobiFone's transactions of a day as they stood at its end, from the ledger alone. */
export function settlementLines(
  entries: readonly LedgerEntry[],
  day: LocalDay,
  terms: SettlementTerms,
): SettlementLine[] {
  const [begin, end] = [localDayStart(day), localDayStart(daysAfter(day, 1))];
  const until = entries.filter(({ at }) => Date.parse(at) < end);
  const ledgered = read(until, terms);
  return until
    .filter(({ at }) => Date.parse(at) >= begin)
    .flatMap((entry) => lineOf(entry, ledgered, begin, terms));
}

function read(entries: readonly LedgerEntry[], terms: SettlementTerms): Ledgered {
  const registrations = new Map<string, Registered>();
  const undone = new Map<string, Undoing>();
  const payments = new Map<string, SettlementLine>();
  const paymentsUndoneBy = new Map<string, SettlementLine>();
  const empty: Ledgered = { registrations, undone, paymentsUndoneBy };
  for (const entry of entries) {
    if (entry.kind === 'registered') registrations.set(entry.transactionId, entry);
    if (entry.kind === 'charged' || (entry.kind === 'registered' && entry.form === 'prepaid')) {
      for (const payment of lineOf(entry, empty, 0, terms)) payments.set(entry.transactionId, payment);
    }
    if (
      entry.kind === 'charge_reversed' ||
      entry.kind === 'deactivated' ||
      entry.kind === 'registration_undone'
    ) {
      undone.set(entry.transactionId, entry);
      const payment = payments.get(entry.transactionId);
      if (payment && entry.kind !== 'registration_undone') paymentsUndoneBy.set(entry.by, payment);
    }
  }
  return empty;
}

function lineOf(
  entry: LedgerEntry,
  ledgered: Ledgered,
  dayBegin: number,
  terms: SettlementTerms,
): SettlementLine[] {
  switch (entry.kind) {
    case 'registered': {
      const discount = entry.form === 'prepaid' ? discountOn(entry, terms) : NO_DISCOUNT;
      return [line(entry, entry, 'registration', entry.amount, discount, ledgered)];
    }
    case 'charged': {
      const registration = ledgered.registrations.get(entry.registrationId);
      if (!registration) return [];
      return [line(entry, registration, 'charge', entry.amount, discountOn(registration, terms), ledgered)];
    }
    case 'rolled_back': {
      const registration = ledgered.registrations.get(entry.registrationId);
      if (!registration) return []; // nothing was there to undo, so nothing is to be settled
      const payment = ledgered.paymentsUndoneBy.get(entry.transactionId);
      const givenBack = payment && payment.at < dayBegin ? payment : undefined;
      const discount = givenBack
        ? {
            ruleId: null,
            rateBasisPoints: givenBack.discountRateBasisPoints,
            amount: givenBack.discountAmount,
          }
        : NO_DISCOUNT;
      return [line(entry, registration, 'rollback', givenBack?.amount ?? 0, discount, ledgered)];
    }
    default:
      return [];
  }
}

function line(
  entry: LedgerEntry & { transactionId: string },
  registration: Registered,
  kind: SettlementKind,
  amount: number,
  discount: Discount,
  { undone }: Ledgered,
): SettlementLine {
  return {
    reference: `MF${String(entry.seq).padStart(10, '0')}`,
    purchaseId: purchaseId(entry.purchaseId),
    transactionId: entry.transactionId as TransactionId, // as our command carried it
    kind,
    msisdn: msisdn(registration.msisdn),
    package: packageCode(registration.packageCode),
    paymentForm: registration.form,
    amount: vnd(amount),
    discountRateBasisPoints: discount.rateBasisPoints,
    discountAmount: discount.amount,
    state: undone.has(entry.transactionId) ? 'reversed' : 'done',
    at: Date.parse(entry.at),
  };
}

function discountOn(registration: Registered, { rules, discountClass }: SettlementTerms): Discount {
  return discountInForce(rules, {
    package: packageCode(registration.packageCode),
    discountClass,
    faceValue: vnd(registration.amount),
    at: new Date(registration.at),
  });
}
