/** How an archive ends (PKWARE's APPNOTE, 4.3.14 to 4.3.16): a fixed record without a comment, perhaps behind those of ZIP64. */
const END = { mark: 0x0605_4b50, bytes: 22, size: 12, offset: 16 } as const;
const LOCATOR = { mark: 0x0706_4b50, bytes: 20 } as const;
const END_64 = { mark: 0x0606_4b50, bytes: 56, size: 40, offset: 48 } as const;

/**
 * Whether the directory of an archive lies where its very end says, and ends there. Where another could be found, programs
 * would read another workbook; with a comment or a second end behind it, each looks for its own.
 */
export function hasOneDirectory(archive: Uint8Array): boolean {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - END.bytes;
  const isMarked = (at: number, mark: number) => at >= 0 && view.getUint32(at, true) === mark;
  if (!isMarked(end, END.mark)) return false;
  const [size, offset] = [view.getUint32(end + END.size, true), view.getUint32(end + END.offset, true)];
  const locator = end - LOCATOR.bytes;
  if (!isMarked(locator, LOCATOR.mark)) return offset + size === end;
  const end64 = locator - END_64.bytes;
  return (
    isMarked(end64, END_64.mark) &&
    view.getBigUint64(end64 + END_64.size, true) === BigInt(size) &&
    view.getBigUint64(end64 + END_64.offset, true) === BigInt(offset) &&
    offset + size === end64
  );
}
