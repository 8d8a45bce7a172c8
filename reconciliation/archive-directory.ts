/** How an archive ends (PKWARE's APPNOTE, 4.3.12 to 4.3.16): its directory, perhaps records of ZIP64, and a record with a comment. */
const END = {
  mark: 0x0605_4b50,
  bytes: 22,
  onDisk: 8,
  count: 10,
  size: 12,
  offset: 16,
  comment: 20,
} as const;
const LOCATOR = { mark: 0x0706_4b50, bytes: 20, offset: 8 } as const;
const END_64 = { mark: 0x0606_4b50, bytes: 56, onDisk: 24, count: 32, size: 40, offset: 48 } as const;
const ENTRY = { mark: 0x0201_4b50, bytes: 46, checksum: 16, name: 28, extra: 30, comment: 32 } as const;
const END_MARK = Buffer.from('PK\u0005\u0006', 'latin1');

/**
 * The CRC-32 of each part, in the order of the directory of an archive. The directory lies where its very end says, ends
 * there and has as many entries as it says: where another could be found, programs would read another workbook.
 * @returns nothing where that is not so
 */
export function checksumsOf(archive: Uint8Array): readonly number[] | undefined {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOf(archive, view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + END.count, true);
  const size = view.getUint32(end + END.size, true);
  const offset = view.getUint32(end + END.offset, true);
  if (view.getUint16(end + END.onDisk, true) !== count) return undefined;
  const locator = end - LOCATOR.bytes;
  const is64 = isMarked(view, locator, LOCATOR.mark);
  const behind = is64 ? locator - END_64.bytes : end;
  if (offset + size !== behind) return undefined;
  if (is64 && !agree(view, locator, { count, size, offset })) return undefined;
  const checksums = entries(view, offset, behind);
  return checksums?.length === count ? checksums : undefined;
}

/** A comment is behind the last end, up to the end of the file: some programs write one into every archive. */
function endOf(archive: Uint8Array, view: DataView): number | undefined {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const at = bytes.lastIndexOf(END_MARK);
  if (at < 0 || at + END.bytes > archive.length) return undefined;
  return at + END.bytes + view.getUint16(at + END.comment, true) === archive.length ? at : undefined;
}

/** Whether the records of ZIP64 say what the end says, and are where each looks for them. */
function agree(
  view: DataView,
  locator: number,
  { count, size, offset }: Readonly<Record<'count' | 'size' | 'offset', number>>,
): boolean {
  const end64 = locator - END_64.bytes;
  if (!isMarked(view, end64, END_64.mark)) return false;
  const said = (at: number) => view.getBigUint64(at, true);
  return (
    said(locator + LOCATOR.offset) === BigInt(end64) &&
    said(end64 + END_64.onDisk) === BigInt(count) &&
    said(end64 + END_64.count) === BigInt(count) &&
    said(end64 + END_64.size) === BigInt(size) &&
    said(end64 + END_64.offset) === BigInt(offset)
  );
}

function entries(view: DataView, from: number, behind: number): readonly number[] | undefined {
  const checksums: number[] = [];
  let at = from;
  while (at < behind) {
    if (at + ENTRY.bytes > behind || !isMarked(view, at, ENTRY.mark)) return undefined;
    checksums.push(view.getUint32(at + ENTRY.checksum, true));
    const lengths = [ENTRY.name, ENTRY.extra, ENTRY.comment].map((place) => view.getUint16(at + place, true));
    at = lengths.reduce((sum, length) => sum + length, at + ENTRY.bytes);
  }
  return at === behind ? checksums : undefined;
}

function isMarked(view: DataView, at: number, mark: number): boolean {
  return at >= 0 && view.getUint32(at, true) === mark;
}
