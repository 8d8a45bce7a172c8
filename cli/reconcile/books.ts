import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadOperatorConfig } from '../../config';
import { DEFAULT_ACCOUNTS, entriesOf, loadAccounts, type JournalEntry } from '../../reconciliation/books';
import { hledgerJournal, misaCsv } from '../../reconciliation/books-files';
import { bookedReport, placeOfFault, type BookedReport } from '../../reconciliation/read-reports';
import { jsonText } from '../../runtime/json-file';
import { SignedFile } from '../../runtime/signed-file';
import { callerPath } from '../terminal/caller-path';
import { CommandFault, reasonOf } from '../terminal/command-fault';
import { explain } from '../terminal/help';
import { say, tell } from '../terminal/output';
import { checkDestinations, writeDocuments, type Destination, type Wanted } from './files';

interface BooksOptions {
  accounts?: string;
  misa?: Destination;
  hledger?: Destination;
  json?: Destination;
}

/** `books`: journal entries of reconciled days. */
export function addBooks(command: Command): void {
  explain(
    command
      .command('books')
      .description(
        'writes the journal entries of reconciled days, a day or a month of them, for the accounts',
      )
      .argument('<reports...>', 'reports of `reconcile --json`, one a day')
      .option('--accounts <file>', 'account numbers other than those of Circular 200')
      .option('--misa [file]', 'CSV for MISA’s import of general vouchers; to standard output without a file')
      .option('--hledger [file]', 'a ledger that hledger reads; to standard output without a file')
      .option('--json [file]', 'the entries as JSON; to standard output without a file')
      .action(books),
    ['datacode reconcile books reports/2026-11-*/*.json --misa misa.csv --hledger november.journal'],
    ['RECONCILIATION_SIGNING_KEY'],
  );
}

async function books(files: readonly string[], options: BooksOptions): Promise<void> {
  const { misa, hledger, json } = options;
  const wanted: Wanted<readonly JournalEntry[]>[] = [
    { option: '--misa', destination: misa, document: misaCsv },
    { option: '--hledger', destination: hledger, document: hledgerJournal },
    { option: '--json', destination: json, document: jsonText },
  ];
  await checkDestinations(wanted);
  const accounts =
    options.accounts === undefined ? DEFAULT_ACCOUNTS : loadAccounts(callerPath(options.accounts));
  const key = loadOperatorConfig().RECONCILIATION_SIGNING_KEY;
  const days = new Map<string, { file: string; report: BookedReport }>();
  for (const file of files) {
    const report = await signedReport(file, key);
    const other = days.get(report.day);
    if (other)
      throw new CommandFault(`${other.file} and ${file} are both of ${report.day}: a day is booked once.`);
    days.set(report.day, { file, report });
  }
  const entries = [...days]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { report }]) => entriesOf(report, accounts));
  if (key === undefined)
    tell(
      'Nothing proves who wrote the reports: RECONCILIATION_SIGNING_KEY is not set, so only their digests were checked.',
    );
  const printed = await writeDocuments(entries, wanted);
  const total = entries.reduce((sum, { amount }) => sum + amount, 0);
  if (!printed) say(`${days.size} day(s), ${entries.length} entries, ${total} VND on each side`);
}

/** @throws CommandFault when it is no report, or was changed since it was signed */
async function signedReport(file: string, key: string | undefined): Promise<BookedReport> {
  const text = await readFile(callerPath(file), 'utf8').catch((fault: unknown) => {
    throw new CommandFault(`${file} cannot be read: ${reasonOf(fault)}.`);
  });
  const signed = SignedFile.read(text, 'report');
  const written = signed?.content as { format?: unknown } | null; // its signature and form are checked before it is used
  if (!signed || written?.format !== 'datacode-reconciliation/1') {
    throw new CommandFault(`${file} is no signed report of \`reconcile --json\`.`);
  }
  if (!signed.isSigned(key)) {
    const sealed = key === undefined ? '' : ', or is not signed with RECONCILIATION_SIGNING_KEY';
    throw new CommandFault(`${file} was changed since it was written${sealed}.`);
  }
  const report = bookedReport.safeParse(written);
  if (report.success) return report.data;
  throw new CommandFault(
    `${file} is not as \`reconcile --json\` writes it: see ${placeOfFault(report.error)}.`,
  );
}
