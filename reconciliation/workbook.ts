import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { SettlementFileFault } from './settlement-text';

/** A workbook is read as a whole; beyond these sizes, packed and unpacked, it would fill the memory. */
const MAX_PACKED_BYTES = 20_000_000;
const MAX_UNPACKED_BYTES = 150_000_000;
const ZIP_MARK = Buffer.from('PK\u0003\u0004', 'latin1');

export const WORKBOOK_MARK_BYTES = ZIP_MARK.length;

/** Whether a file that begins so is an Excel workbook (.xlsx). */
export function isWorkbook(start: Uint8Array): boolean {
  return ZIP_MARK.equals(start.subarray(0, ZIP_MARK.length));
}

/**
 * The rows of a sheet as text: numbers without separators, moments as ISO 8601.
 * @param sheet its name; the first unless given
 * @param offset of the moments, which a workbook does not say
 * @throws SettlementFileFault when it is too large, is no workbook, or has no such sheet
 */
export async function workbookRows(
  bytes: AsyncIterable<Uint8Array>,
  sheet: string | undefined,
  offset: string,
): Promise<string[][]> {
  const packed: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_PACKED_BYTES) throw tooLarge(MAX_PACKED_BYTES);
    packed.push(chunk);
  }
  const file = Buffer.concat(packed);
  requireSmall(file);
  const rows = await readSheet(file, sheet ?? 1).catch((fault: unknown) => {
    throw unusable(fault);
  });
  return rows.map((row) => row.map((cell) => textOf(cell, offset)));
}

/** Looks at the sizes that the archive states, and unpacks nothing. */
function requireSmall(file: Uint8Array): void {
  let unpacked = 0;
  try {
    unzipSync(file, {
      filter: ({ originalSize }) => {
        unpacked += originalSize;
        return false;
      },
    });
  } catch (fault) {
    throw unusable(fault);
  }
  if (unpacked > MAX_UNPACKED_BYTES) throw tooLarge(MAX_UNPACKED_BYTES);
}

function tooLarge(bytes: number): SettlementFileFault {
  return new SettlementFileFault(
    `The settlement file is a workbook of more than ${bytes} bytes: ask MobiFone for CSV.`,
  );
}

function unusable(cause: unknown): SettlementFileFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SettlementFileFault(`The settlement file is no usable Excel workbook: ${why}.`, { cause });
}

function textOf(cell: unknown, offset: string): string {
  if (cell instanceof Date) {
    const second = Math.round(cell.getTime() / 1000) * 1000; // a workbook counts in fractions of days
    return new Date(second).toISOString().replace('.000Z', offset);
  }
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
    ? String(cell).trim()
    : ''; // an empty cell
}
