import type { Msisdn } from '../msisdn';
import type { PackageCode, PaymentForm } from '../catalogue/packages';
import type { PurchaseId, TransactionId } from '../identifiers';
import type { Vnd } from '../vnd';

/** The columns of MobiFone's settlement file, in the order in which the sandbox writes them: the one table of the format. */
export const SETTLEMENT_COLUMNS = {
  reference: {
    meaning: 'MobiFone’s transaction number; lines with the same number are the same transaction.',
    form: '1 to 64 of `A–Z a–z 0–9 . _ -`',
    example: 'MF0000000042',
  },
  transaction_id: {
    meaning: 'Our transaction id: the purchase, a full stop, the command.',
    form: '`pur_…` `.` `registration` (`registration-2` by a case), `charge` or `rollback` (`rollback-2`, `rollback-3` … for a refusal or a late effect)',
    example: 'pur_z2enet4zcqtdp3hsyjxpf5aymb.charge',
  },
  kind: {
    meaning: 'What was done. A prepaid registration and a postpaid charge move money.',
    form: '`registration`, `charge` or `rollback`',
    example: 'charge',
  },
  msisdn: { meaning: 'The subscriber.', form: '`84…`, `+84…` or `0…`', example: '84901234567' },
  package: { meaning: 'The package’s code.', form: 'as in the catalogue', example: 'D90' },
  payment_form: {
    meaning: 'How the subscriber pays.',
    form: '`prepaid` or `postpaid`',
    example: 'postpaid',
  },
  amount: {
    meaning:
      'Money moved. For a postpaid registration, only the price. For a rollback, what it gave back of an earlier day’s file, else 0.',
    form: 'whole đồng',
    example: '90000',
  },
  discount_rate_bp: {
    meaning: 'The discount’s rate in hundredths of a percent; 0 where no money moves.',
    form: '0 to 10000',
    example: '650',
  },
  discount_amount: { meaning: 'The discount on the amount.', form: 'whole đồng', example: '5850' },
  state: {
    meaning:
      'Whether the transaction is in effect when the file is written. `void`, in correction files, withdraws the line.',
    form: '`done`, `reversed` or `void`',
    example: 'done',
  },
  time: {
    meaning: 'When it was done.',
    form: 'ISO 8601 with an offset or `Z`',
    example: '2026-11-23T10:05:33+07:00',
  },
} as const satisfies Record<string, { meaning: string; form: string; example: string }>;
export type SettlementColumn = keyof typeof SETTLEMENT_COLUMNS;
export const SETTLEMENT_COLUMN_NAMES = Object.keys(SETTLEMENT_COLUMNS) as SettlementColumn[]; // the literal's keys

export const SETTLEMENT_KINDS = ['registration', 'charge', 'rollback'] as const;
export type SettlementKind = (typeof SETTLEMENT_KINDS)[number];
export const SETTLEMENT_STATES = ['done', 'reversed', 'void'] as const;
export type SettlementState = (typeof SETTLEMENT_STATES)[number];

/** One line of a settlement file: a transaction as MobiFone settles it. */
export interface SettlementLine {
  reference: string;
  purchaseId: PurchaseId;
  transactionId: TransactionId;
  kind: SettlementKind;
  msisdn: Msisdn;
  package: PackageCode;
  paymentForm: PaymentForm;
  amount: Vnd;
  discountRateBasisPoints: number;
  discountAmount: Vnd;
  state: SettlementState;
  /** Milliseconds since 1970, UTC. */
  at: number;
}

/** Whether a line of this kind takes the subscriber's money. */
export function movesMoney(line: Pick<SettlementLine, 'kind' | 'paymentForm'>): boolean {
  return line.kind === (line.paymentForm === 'prepaid' ? 'registration' : 'charge');
}
