import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { csvFields, DELIMITERS } from '../../reconciliation/csv-fields';

describe('a line of CSV', () => {
  it('gives the fields that were written, however they need quotes', () => {
    const field = fc
      .string({ unit: fc.constantFrom('a', 'ố', '"', ',', ';', '|', '\t', ' ', '0') })
      .map((text) => text.trim());
    const row = fc.array(field, { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...DELIMITERS), row, (delimiter, fields) => {
        const line = stringify([fields], { delimiter, record_delimiter: '' });
        expect(csvFields(line, delimiter)).toEqual(fields);
      }),
    );
  });

  it.each([
    ['a, "b" ,c', ['a', 'b', 'c']],
    ['"a;b";;', ['a;b', '', '']],
    ['"a""b"', ['a"b']],
    ['', ['']],
  ])('may have blanks around its fields: %s', (line, fields) => {
    expect(csvFields(line, line.includes(';') ? ';' : ',')).toEqual(fields);
  });

  it.each(['"a,b', 'a"b,c', '"a"b,c', 'a,"', '"a""'])('has none where a quote is misplaced: %s', (line) => {
    expect(csvFields(line, ',')).toBeUndefined();
  });
});
