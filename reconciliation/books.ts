import { z } from 'zod';
import { readJsonFile } from '../runtime/json-file';
import type { BookedReport } from './read-reports';
import { vatWithin } from './statement-parties';

const account = z.string().regex(/^[A-Za-z0-9]{3,20}$/, 'It must be an account such as 131 or 33311.');
const code = z.string().regex(/^[A-Za-z0-9._-]{1,50}$/, 'It must be a code such as MOBIFONE.');

/** The accounts of the books; those of Circular 200 unless a company has others. */
export const accountsSchema = z.strictObject({
  about: z.string().optional(),
  /** What the channels owe for what they sold. */
  channels: account.default('131'),
  /** What the agent owes MobiFone. */
  mobifone: account.default('331'),
  /** The agent's discount, without tax. */
  commission: account.default('5113'),
  vat: account.default('33311'),
  /** Differences until they are settled: charged by MobiFone and not sold here, and the reverse. */
  pendingDebit: account.default('1388'),
  pendingCredit: account.default('3388'),
  /** MobiFone among the parties of the books. */
  mobifoneCode: code.default('MOBIFONE'),
  /** Of the tax that the discount contains, in percent. */
  vatPercent: z.number().min(0).max(100).default(0),
});
export type Accounts = z.output<typeof accountsSchema>;

export const DEFAULT_ACCOUNTS: Accounts = accountsSchema.parse({});

/** @throws UnusableFile that lists every fault by its JSON pointer */
export function loadAccounts(file: string): Accounts {
  return readJsonFile(file, accountsSchema, 'name a file of accounts; docs/reconciliation.md describes it.');
}

/** One amount from one account to another; never negative. */
export interface JournalEntry {
  day: string;
  /** Of the voucher: one a day. */
  voucher: string;
  text: string;
  debit: string;
  credit: string;
  amount: number;
  debitParty: string;
  creditParty: string;
}

/**
 * What a reconciled day is in the books. The channels owe what they sold by our figures, the agent owes MobiFone what
 * MobiFone's file says, and what differs waits on accounts of its own.
 */
export function entriesOf({ day, totals }: BookedReport, accounts: Accounts): JournalEntry[] {
  const { channels, mobifone, commission, vat, pendingDebit, pendingCredit, mobifoneCode } = accounts;
  const voucher = `DC${day.replaceAll('-', '')}`;
  const entry = (text: string, debit: Side, credit: Side, amount: number): JournalEntry[] => {
    if (amount === 0) return [];
    const [to, from] = amount > 0 ? [debit, credit] : [credit, debit]; // given back
    return [
      {
        day,
        voucher,
        text,
        debit: to.account,
        credit: from.account,
        amount: Math.abs(amount),
        debitParty: to.party,
        creditParty: from.party,
      },
    ];
  };
  const owed: Side = { account: mobifone, party: mobifoneCode };
  const { ours, theirs } = totals;
  const difference = ours.gross - theirs.gross;
  const tax = vatWithin(theirs.discount, accounts.vatPercent);
  const pending: Side = { account: difference > 0 ? pendingCredit : pendingDebit, party: mobifoneCode };
  return [
    ...totals.by.channel.flatMap(({ key, ours: sold }) =>
      entry(
        `Doanh thu gói cước Datacode, nơi bán ${key}`,
        { account: channels, party: key },
        owed,
        sold.gross,
      ),
    ),
    ...entry('Chênh lệch đối chiếu với MobiFone chờ xử lý', owed, pending, difference),
    ...entry(
      'Chiết khấu đại lý được hưởng',
      owed,
      { account: commission, party: mobifoneCode },
      theirs.discount - tax,
    ),
    ...entry('Thuế GTGT của chiết khấu', owed, { account: vat, party: mobifoneCode }, tax),
  ];
}

interface Side {
  account: string;
  party: string;
}
