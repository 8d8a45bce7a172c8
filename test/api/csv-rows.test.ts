import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { CsvRows } from '../../api/batches/csv-rows';

function read(text: string, delimiter: string, columns = 10): { cells: string[]; line: number }[] {
  const rows = new CsvRows(text, delimiter);
  const all: { cells: string[]; line: number }[] = [];
  for (let row = rows.next(columns); row; row = rows.next(columns)) all.push(row);
  return all;
}

const cell = fc.string({
  unit: fc.constantFrom('a', '9', '"', ',', ';', '\t', '\n', '\r', ' ', 'ế', '\u00a0'),
  maxLength: 6,
});
/** What is read of a cell: its text without the white space around it. */
const textOf = (written: string) => /^="(.*)"$/s.exec(written.trim())?.[1]?.trim() ?? written.trim();

describe('a row of CSV', () => {
  it('is read as it was written, whatever its cells hold and however its lines end', () => {
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        (rows, delimiter, record_delimiter, quoted) => {
          const ended = [...rows, ['end']]; // what follows the last value is not read
          const text = stringify(ended, { delimiter, record_delimiter, quoted, quoted_match: /[\r\n\s]/ });
          expect(read(text, delimiter).map(({ cells }) => cells)).toEqual(
            ended.map((row) => row.map(textOf)),
          );
        },
      ),
    );
  });

  it('has the line in which it begins', () => {
    expect(read('a\r\n"b\r\nb",c\n\nd\re', ',').map(({ line }) => line)).toEqual([1, 2, 4, 5, 6]);
  });

  it('may have white space around the quotation marks of a cell, also at the end of the file', () => {
    expect(read(' "a" , "b, b" \n"c" ', ',').map(({ cells }) => cells)).toEqual([['a', 'b, b'], ['c']]);
  });

  it('keeps the cells that are asked for, and the place of the first value behind them', () => {
    expect(new CsvRows('a,b,,"",="",c,d\n', ',').next(2)).toEqual({ cells: ['a', 'b'], beyond: 5, line: 1 });
    expect(new CsvRows('a,b,,"",  ,\nc', ',').next(2)).toMatchObject({ beyond: undefined });
  });

  it('whose quotation mark is followed by something else is refused by its line', () => {
    expect(() => read('a\n"b"c,d\n', ',')).toThrow(/line 2 is in the wrong place/);
    expect(() => read('a\n"b\nb" "c"\n', ',')).toThrow(/line 2 is in the wrong place/);
  });
});
