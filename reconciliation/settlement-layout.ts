import { z } from 'zod';
import { withoutUnseen } from '../domain/harmless-text';
import { PAYMENT_FORMS } from '../domain/catalogue/packages';
import {
  SETTLEMENT_COLUMN_NAMES,
  SETTLEMENT_KINDS,
  SETTLEMENT_STATES,
  type SettlementColumn,
} from '../domain/reconciliation/settlement';
import path from 'node:path';
import { readJsonFile } from '../runtime/json-file';
import { DELIMITERS } from './csv-fields';
import { SETTLEMENT_ENCODINGS } from './settlement-text';

/** How a line of totals begins, unless a layout says otherwise. */
export const TOTALS_WORDS: readonly string[] = [
  'tổng',
  'tong',
  'cộng',
  'cong',
  'total',
  'grand total',
  'sum',
  'trailer',
];

const names = z.array(z.string().min(1).max(100)).min(1);
const column = z.enum(SETTLEMENT_COLUMN_NAMES as [SettlementColumn, ...SettlementColumn[]]); // there are some

/**
 * How MobiFone lays out its settlement files: which column is which, and how its values are written. Everything that is not
 * said is as docs/reconciliation.md describes our own format.
 */
export const layoutSchema = z
  .strictObject({
    about: z.string().optional(),
    encoding: z.enum(SETTLEMENT_ENCODINGS).optional(),
    delimiter: z.enum(DELIMITERS).optional(),
    /** Of a workbook; the only one that is shown and not empty unless given. */
    sheet: z.string().min(1).optional(),
    /** The header is one of so many first lines: a title and the like may come before it. */
    headerWithin: z.number().int().min(1).max(50).default(1),
    /** The names that a column may have, whatever their case. Several in `join` are put together with a blank. */
    columns: z.partialRecord(column, z.union([names, z.strictObject({ join: names })])),
    /** Columns that the file does not have, because their value is always the same. */
    constants: z.partialRecord(column, z.string()).default({}),
    /** What the file writes in place of our words. */
    values: z
      .strictObject({
        kind: z.record(z.string(), z.enum(SETTLEMENT_KINDS)).default({}),
        payment_form: z.record(z.string(), z.enum(PAYMENT_FORMS)).default({}),
        state: z.record(z.string(), z.enum(SETTLEMENT_STATES)).default({}),
        package: z.record(z.string(), z.string()).default({}),
      })
      .prefault({}),
    time: z
      .strictObject({
        /** Of `YYYY`, `MM`, `DD`, `HH`, `mm` and `ss`, or `iso`. */
        format: z
          .string()
          .refine((text) => text === 'iso' || ['YYYY', 'MM', 'DD'].every((part) => text.includes(part)), {
            error: 'It must be iso, or contain YYYY, MM and DD, such as DD/MM/YYYY HH:mm:ss.',
          })
          .default('iso'),
        /** Where the file does not say it. */
        offset: z
          .string()
          .regex(/^[+-]\d{2}:\d{2}$/, 'It must be an offset such as +07:00.')
          .default('+07:00'),
      })
      .prefault({}),
    amounts: z
      .strictObject({
        thousands: z.enum(['.', ',', ' ', 'none']).default('none'),
        /** What comes behind it must be zero: amounts are whole đồng. */
        decimal: z.enum(['.', ',', 'none']).default('none'),
      })
      .prefault({})
      .refine(({ thousands, decimal }) => thousands === 'none' || thousands !== decimal, {
        error: 'The separators of thousands and of decimals must differ.',
      }),
    /** 6,5 % is 650, 6,5 or 0,065. */
    rate: z.enum(['basis_points', 'percent', 'fraction']).default('basis_points'),
    /** How a line of control totals begins, whatever its case. */
    totals: names.default([...TOTALS_WORDS]),
  })
  .superRefine((layout, context) => {
    for (const name of SETTLEMENT_COLUMN_NAMES) {
      const known = [layout.columns[name], layout.constants[name]].filter((one) => one !== undefined);
      if (known.length === 1 || (name === 'kind' && known.length === 0)) continue;
      const message =
        known.length === 0
          ? 'Nothing says where it is: name its column, or give its value in constants.'
          : 'It has a column and a constant: only one of them can hold.';
      context.addIssue({ code: 'custom', path: ['columns', name], message });
    }
    for (const [name, words] of Object.entries(layout.values)) {
      const theirs = Object.keys(words).map(asCompared);
      const twice = Object.keys(words).find((_, at) => theirs.indexOf(theirs[at] ?? '') !== at);
      if (twice === undefined) continue;
      const message = 'It is there more than once: capitals make no difference.';
      context.addIssue({ code: 'custom', path: ['values', name, twice], message });
    }
  });
/** As people compare words: case, accents’ encoding and what is not seen make no difference. Windows-1258 writes tones apart from letters. */
export function asCompared(word: string): string {
  return withoutUnseen(word.normalize('NFC')).toLowerCase();
}

export type SettlementLayout = z.output<typeof layoutSchema>;

/** Our own format, which docs/reconciliation.md describes. */
export const OWN_LAYOUT: SettlementLayout = layoutSchema.parse({
  columns: Object.fromEntries(SETTLEMENT_COLUMN_NAMES.map((name) => [name, [name]])),
});

/** The examples that come with the product; one of them may be named without a path. */
const EXAMPLES = path.join(__dirname, 'layouts');
export const LAYOUT_EXAMPLES = ['vietnamese-csv', 'workbook', 'pipes-with-trailer'] as const;

/**
 * Reads a layout that a person wrote.
 * @param named a file, or one of `LAYOUT_EXAMPLES`
 * @throws UnusableFile that lists every fault by its JSON pointer
 */
export function loadLayout(named: string): SettlementLayout {
  const example = LAYOUT_EXAMPLES.find((name) => name === named);
  const file = example === undefined ? named : path.join(EXAMPLES, `${example}.json`);
  const advice = `name a layout file, or one of ${LAYOUT_EXAMPLES.join(', ')}.`;
  return readJsonFile(file, layoutSchema, advice);
}
