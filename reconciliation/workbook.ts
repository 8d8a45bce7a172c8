import { sheetRows } from './sheet-cells';
import { SettlementFileFault } from './settlement-text';
import type { SheetRow } from './shown-numbers';
import { tooLarge, unusable, WAY_OUT } from './unusable-workbook';
import { WorkbookParts } from './workbook-parts';

/** A workbook is read as a whole; beyond these sizes, packed and unpacked, it would fill the memory. */
const MAX_PACKED_BYTES = 20_000_000;
const MAX_UNPACKED_BYTES = 150_000_000;
const ZIP_MARK = Buffer.from('PK\u0003\u0004', 'latin1');

export const WORKBOOK_MARK_BYTES = ZIP_MARK.length;

/** Whether a file that begins so is an Excel workbook (.xlsx). */
export function isWorkbook(start: Uint8Array): boolean {
  return ZIP_MARK.equals(start.subarray(0, ZIP_MARK.length));
}

/** How a workbook is to be read. */
export interface WorkbookReading {
  /** The name of its sheet; the only one that is shown and not empty unless given. */
  sheet: string | undefined;
  /** Of the moments, which a workbook does not say. */
  offset: string;
  /** How a line of totals begins: only there may a cell be calculated, since the lines themselves prove what it says. */
  totals: readonly string[];
}

/** One sheet of a workbook, as it is read. */
export interface ReadSheet {
  name: string;
  rows: SheetRow[];
}

/**
 * The rows of a sheet.
 * @throws SettlementFileFault when it is too large, is no workbook, has no such sheet, shows several, or has a cell that cannot be read, is
 *   calculated, or is not shown
 */
export async function readSheet(
  bytes: AsyncIterable<Uint8Array>,
  { sheet: wanted, offset, totals }: WorkbookReading,
): Promise<ReadSheet> {
  const packed: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_PACKED_BYTES) throw tooLarge(MAX_PACKED_BYTES);
    packed.push(chunk);
  }
  const { name, xml, book } = unpacked(Buffer.concat(packed)).sheet(wanted);
  return { name, rows: sheetRows(xml, { name, book, offset, totals }) };
}

function unpacked(file: Uint8Array): WorkbookParts {
  try {
    return WorkbookParts.unpack(file, MAX_UNPACKED_BYTES);
  } catch (fault) {
    if (fault instanceof SettlementFileFault) throw fault;
    throw unusable(`its archive is damaged or cut short; ${WAY_OUT}`, fault);
  }
}
