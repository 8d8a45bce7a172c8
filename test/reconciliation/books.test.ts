import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import { accountsSchema, DEFAULT_ACCOUNTS, entriesOf } from '../../reconciliation/books';
import { hledgerJournal, misaCsv } from '../../reconciliation/books-files';
import { internalPurchase, reconciled, settlementLineOf, settlementLinesOf } from './synthetic-day';
import { vnd } from '../../domain/vnd';

const app = internalPurchase('app');
const web = internalPurchase('web', { channel: 'web' as InternalPurchase['channel'] });
const ACCOUNTS = accountsSchema.parse({ vatPercent: 10 });

/** Balances by account, debit positive, as a ledger adds them up. */
function balances(journal: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [, account = '', amount = ''] of journal.matchAll(/^ {4}(\w+):\S+ {2}(-?\d+) VND$/gm)) {
    sums.set(account, (sums.get(account) ?? 0) + Number(amount));
  }
  return sums;
}

describe('the books of a day on which both sides agree', () => {
  it('have what each channel owes, what is owed to MobiFone, and the discount with its tax', async () => {
    const report = await reconciled([app, web], { day: [app, web].flatMap(settlementLinesOf) });
    expect(entriesOf(report, ACCOUNTS)).toMatchObject([
      { debit: '131', debitParty: 'app', credit: '331', creditParty: 'MOBIFONE', amount: 90_000 },
      { debit: '131', debitParty: 'web', credit: '331', amount: 90_000 },
      { debit: '331', credit: '5113', amount: 10_636 },
      { debit: '331', credit: '33311', amount: 1_064 },
    ]);
    const sums = balances(hledgerJournal(entriesOf(report, ACCOUNTS)));
    expect(sums.get('331')).toBe(-report.totals.theirs.payable);
    expect([...sums.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0);
  });
});

describe('the books of a day with differences', () => {
  it('owe MobiFone what its file says, and keep the rest on accounts of their own', async () => {
    const ghost = internalPurchase('ghost');
    const more = await reconciled([app], { day: [app, ghost].flatMap(settlementLinesOf) });
    const charged = balances(hledgerJournal(entriesOf(more, ACCOUNTS)));
    expect([charged.get('131'), charged.get('331'), charged.get('1388')]).toEqual([90_000, -168_300, 90_000]);
    const less = await reconciled([app, web], { day: settlementLinesOf(app) });
    const sums = balances(hledgerJournal(entriesOf(less, ACCOUNTS)));
    expect([sums.get('131'), sums.get('331'), sums.get('3388')]).toEqual([180_000, -84_150, -90_000]);
  });

  it('book what MobiFone gave back the other way round, never as a negative amount', async () => {
    const undone = settlementLineOf(app, 'rollback', { amount: vnd(90_000), discountAmount: vnd(5_850) });
    const report = await reconciled([], { day: [undone] });
    const entries = entriesOf(report, DEFAULT_ACCOUNTS);
    expect(entries.every(({ amount }) => amount > 0)).toBe(true);
    expect(balances(hledgerJournal(entries)).get('331')).toBe(84_150);
  });
});

/** hledger is no dependency of ours: where it is not installed, the tests say so and are skipped. */
const hledger = spawnSync('hledger', ['--version'], { encoding: 'utf8' });
const describeWithHledger = hledger.status === 0 ? describe : describe.skip;
const named = hledger.status === 0 ? '' : ' (skipped: hledger is not installed)';

describeWithHledger(`the ledger, read by hledger itself${named}`, () => {
  const read = (journal: string, ...words: string[]) =>
    spawnSync('hledger', ['--file', '-', ...words], { input: journal, encoding: 'utf8' });

  it('passes its strict checks, and has the balances that the report has', async () => {
    const ghost = internalPurchase('ghost');
    const report = await reconciled([app, web], { day: [app, ghost].flatMap(settlementLinesOf) });
    const journal = hledgerJournal(entriesOf(report, ACCOUNTS));
    expect(read(journal, 'check', '--strict')).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = read(journal, 'balance', '--depth', '1', '--no-total', '--output-format', 'csv');
    const found = parse<{ account: string; balance: string }>(stdout, { columns: true });
    expect(Object.fromEntries(found.map(({ account, balance }) => [account, balance]))).toEqual(
      Object.fromEntries([...balances(journal)].map(([account, sum]) => [account, `${sum} VND`])),
    );
  });

  it('is of no entries when a day had none', () => {
    expect(read(hledgerJournal([]), 'check', '--strict')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the file for MISA', () => {
  it('has its columns, Vietnamese dates and whole amounts', async () => {
    const report = await reconciled([app], { day: settlementLinesOf(app) });
    const [row] = parse<Record<string, string>>(misaCsv(entriesOf(report, DEFAULT_ACCOUNTS)), {
      columns: true,
      bom: true,
    });
    expect(row).toEqual({
      'Ngày hạch toán (*)': '23/11/2026',
      'Ngày chứng từ (*)': '23/11/2026',
      'Số chứng từ (*)': 'DC20261123',
      'Diễn giải': 'Đối chiếu Datacode với MobiFone ngày 23/11/2026',
      'Diễn giải (hạch toán)': 'Doanh thu gói cước Datacode, nơi bán app',
      'TK Nợ (*)': '131',
      'TK Có (*)': '331',
      'Số tiền': '90000',
      'Đối tượng Nợ': 'app',
      'Đối tượng Có': 'MOBIFONE',
    });
  });
});
