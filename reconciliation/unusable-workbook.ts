import { SettlementFileFault } from './settlement-text';

/** What a person can do about a workbook that is not as a spreadsheet program writes it. */
export const WAY_OUT = 'open it in a spreadsheet program, compare what you see, and save it as a new .xlsx';

export function unusable(why: string, cause?: unknown): SettlementFileFault {
  return new SettlementFileFault(`The settlement file is no usable Excel workbook: ${why}.`, { cause });
}

export function tooLarge(bytes: number): SettlementFileFault {
  return new SettlementFileFault(
    `The settlement file is a workbook of more than ${bytes} bytes: ask MobiFone for CSV.`,
  );
}
