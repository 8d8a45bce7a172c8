import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../domain/harmless-text';
import { compareText } from '../runtime/text-order';
import type { JournalEntry } from './books';

/** The columns of MISA's import of general vouchers. The names are from memory and were compared with no template of MISA's. */
const MISA_COLUMNS = {
  'Ngày hạch toán (*)': ({ day }: JournalEntry) => vietnameseDate(day),
  'Ngày chứng từ (*)': ({ day }: JournalEntry) => vietnameseDate(day),
  'Số chứng từ (*)': ({ voucher }: JournalEntry) => voucher,
  'Diễn giải': ({ day }: JournalEntry) => `Đối chiếu Datacode với MobiFone ngày ${vietnameseDate(day)}`,
  'Diễn giải (hạch toán)': ({ text }: JournalEntry) => text,
  'TK Nợ (*)': ({ debit }: JournalEntry) => debit,
  'TK Có (*)': ({ credit }: JournalEntry) => credit,
  'Số tiền': ({ amount }: JournalEntry) => amount,
  'Đối tượng Nợ': ({ debitParty }: JournalEntry) => debitParty,
  'Đối tượng Có': ({ creditParty }: JournalEntry) => creditParty,
} as const;

/** The entries for MISA: UTF-8 with a byte order mark, CRLF. */
export function misaCsv(entries: readonly JournalEntry[]): string {
  const rows = entries.map((entry) => Object.values(MISA_COLUMNS).map((value) => value(entry)));
  return stringify([Object.keys(MISA_COLUMNS), ...rows], {
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { number: String, string: spreadsheetText },
  });
}

/**
 * The entries as a plain-text ledger that hledger reads: each transaction comes to zero. Accounts and currency are declared, so
 * that `hledger check --strict` holds.
 */
export function hledgerJournal(entries: readonly JournalEntry[]): string {
  const transactions = entries.map(({ day, voucher, text, debit, credit, amount, debitParty, creditParty }) =>
    [
      `${day} * (${voucher}) ${text.replace(/[;|\r\n]/g, ' ')}`,
      `    ${debit}:${debitParty}  ${amount} VND`,
      `    ${credit}:${creditParty}  ${-amount} VND`,
    ].join('\n'),
  );
  const accounts = new Set(
    entries.flatMap(({ debit, debitParty, credit, creditParty }) => [
      `${debit}:${debitParty}`,
      `${credit}:${creditParty}`,
    ]),
  );
  const declared = [...accounts].toSorted(compareText).map((account) => `account ${account}`);
  return `${['commodity 1000. VND', ...declared].join('\n')}\n\n${transactions.join('\n\n')}\n`;
}

function vietnameseDate(day: string): string {
  return day.split('-').toReversed().join('/');
}
