import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../domain/harmless-text';
import type { NumberStyle } from './manifest';
import type { Cell, Column } from './purchase-columns';
import type { SealedFile } from './sealed-file';

/** Rows per call of the CSV library, whose overhead exceeds the cost of a row. */
const ROWS_AT_ONCE = 256;

/** A CSV file of the archive for a spreadsheet: UTF-8 with a byte order mark, CRLF. */
export class CsvFile<Row> {
  private rows: Cell[][] = [];

  private constructor(
    private readonly file: SealedFile,
    private readonly columns: Readonly<Record<string, Column<Row>>>,
    private readonly numbers: NumberStyle,
  ) {}

  static async begin<Row>(
    sealed: SealedFile,
    columns: Readonly<Record<string, Column<Row>>>,
    numbers: NumberStyle,
  ): Promise<CsvFile<Row>> {
    await sealed.write(`\uFEFF${asCsv([Object.keys(columns)])}`, 1);
    return new CsvFile(sealed, columns, numbers);
  }

  async add(row: Row): Promise<void> {
    this.rows.push(Object.values(this.columns).map(({ of }) => of(row, this.numbers)));
    if (this.rows.length >= ROWS_AT_ONCE) await this.flush();
  }

  async finish(): ReturnType<SealedFile['finish']> {
    await this.flush();
    return this.file.finish();
  }

  putInPlace(): Promise<void> {
    return this.file.putInPlace();
  }

  private async flush(): Promise<void> {
    const rows = this.rows;
    this.rows = [];
    if (rows.length > 0) await this.file.write(asCsv(rows), rows.length);
  }
}

function asCsv(rows: Cell[][]): string {
  return stringify(rows, {
    record_delimiter: 'windows',
    escape_formulas: true, // a cell that begins with = or @ is text, not something for a spreadsheet to run
    cast: { number: String, string: spreadsheetText },
  });
}
