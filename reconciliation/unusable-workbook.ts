import { SettlementFileFault } from './settlement-text';

export function unusable(why: string, cause?: unknown): SettlementFileFault {
  return new SettlementFileFault(`The settlement file is no usable Excel workbook: ${why}.`, { cause });
}

export function tooLarge(bytes: number): SettlementFileFault {
  return new SettlementFileFault(
    `The settlement file is a workbook of more than ${bytes} bytes: ask MobiFone for CSV.`,
  );
}
