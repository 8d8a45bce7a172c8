import { open } from 'node:fs/promises';
import type { PurchaseId } from '../domain/identifiers';
import { compareText } from '../runtime/text-order';

/** Where a purchase's line is in the day's NDJSON: bytes. */
export interface IndexPlace {
  purchaseId: string;
  offset: number;
  length: number;
}

/** `pur_` and 26 characters, offset and length of fixed width: every line is as long as the others. */
const OFFSET_DIGITS = 12;
const LENGTH_DIGITS = 9;
const ID_LENGTH = 30;
const LINE_LENGTH = ID_LENGTH + 1 + OFFSET_DIGITS + 1 + LENGTH_DIGITS + 1;

export function indexText({ purchaseId, offset, length }: IndexPlace): string {
  const digits = [String(offset).padStart(OFFSET_DIGITS, '0'), String(length).padStart(LENGTH_DIGITS, '0')];
  return `${purchaseId} ${digits.join(' ')}\n`;
}

/** The whole index, sorted by id for binary search. */
export function inOrder(places: readonly IndexPlace[]): IndexPlace[] {
  return places.toSorted((one, other) => compareText(one.purchaseId, other.purchaseId));
}

/** Finds a purchase by binary search: about twenty reads of one line, whatever the size of the index. */
export async function findInIndex(file: string, id: PurchaseId): Promise<IndexPlace | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    let low = 0;
    let high = size / LINE_LENGTH;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { buffer } = await handle.read(Buffer.alloc(LINE_LENGTH), 0, LINE_LENGTH, middle * LINE_LENGTH);
      const [purchaseId = '', offset, length] = buffer.toString().trimEnd().split(' ');
      if (purchaseId === id) return { purchaseId, offset: Number(offset), length: Number(length) };
      if (purchaseId < id) low = middle + 1;
      else high = middle;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
