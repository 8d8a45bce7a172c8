import { setImmediate } from 'node:timers/promises';
import { IsolatedSettlementFile, sampleOf } from '../../reconciliation/reader/isolated-file';
import { READING_LIMITS, type ReadingLimits } from '../../reconciliation/reader/reader-process';
import { SettlementFile, type SettlementFileOptions } from '../../reconciliation/settlement-file';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { settlementCsv } from '../../sandbox/settlement-file';
import { packedWorkbook, RELATION } from './packed-workbook';
import { internalPurchase, settlementLineOf } from './synthetic-day';

const LINES = Array.from({ length: 1_200 }, (_, at) =>
  settlementLineOf(internalPurchase(`sale-${at}`), 'charge'),
);

async function* inPieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += 65_536)
    yield await Promise.resolve(file.subarray(at, at + 65_536));
}

async function all(file: IsolatedSettlementFile | SettlementFile): Promise<SettlementLine[]> {
  const lines: SettlementLine[] = [];
  for await (const line of file.lines()) lines.push(line);
  return lines;
}

function isolated(file: Uint8Array, limits: Partial<ReadingLimits> = {}, options?: SettlementFileOptions) {
  return new IsolatedSettlementFile(inPieces(file), options, { ...READING_LIMITS, ...limits });
}

/** Small as a file; all cells between its first and its last are held in memory. */
function cellsUpTo(lastRow: number): Buffer {
  const corners = `<row r="1"><c r="T1"><v>1</v></c></row><row r="${lastRow}"><c><v>1</v></c></row>`;
  return packedWorkbook({
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="s.xml"/></Relationships>`,
    'xl/s.xml': `<worksheet><sheetData>${corners}</sheetData></worksheet>`,
  });
}

describe('a settlement file that is read in a process of its own', () => {
  it('has the same lines, bad lines and summary as one that is read here', async () => {
    const csv = Buffer.from(`${settlementCsv(LINES)}${'nonsense\n'.repeat(700)}`);
    const [here, there] = [new SettlementFile(inPieces(csv)), isolated(csv)];
    expect(await all(there)).toEqual(await all(here));
    expect(there.summary()).toEqual(here.summary());
    expect([...there.allBadLines()]).toEqual([...here.allBadLines()]);
  });

  it('is read by the limits and times that it is given', async () => {
    const csv = Buffer.from(settlementCsv(LINES));
    await expect(all(isolated(csv, {}, { maxLines: 10 }))).rejects.toThrow(/more than 10 lines/);
    const none = isolated(csv, {}, { times: { from: 0, until: 1 } });
    expect(await all(none)).toEqual([]);
    expect(none.summary().badLineCount).toBe(LINES.length);
  });

  it('is refused in the same words', async () => {
    await expect(all(isolated(Buffer.from('%PDF-1.7')))).rejects.toThrow(SettlementFileFault);
    await expect(all(isolated(Buffer.from('%PDF-1.7')))).rejects.toThrow('The settlement file is a PDF');
    await expect(sampleOf(inPieces(Buffer.from('%PDF-1.7')))).rejects.toThrow(SettlementFileFault);
  });

  it('ends with the fault of its source, when that fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(settlementCsv(LINES)));
      throw new Error('the disk is gone');
    }
    await expect(all(new IsolatedSettlementFile(broken()))).rejects.toThrow('the disk is gone');
  });

  it('is given up when the caller is stopped', async () => {
    const stopping = new AbortController();
    const file = isolated(Buffer.from(settlementCsv(LINES)), { signal: stopping.signal });
    const lines = file.lines();
    await lines.next();
    stopping.abort(new Error('the worker stops'));
    await expect(
      (async () => {
        for await (const _ of lines) continue;
      })(),
    ).rejects.toThrow('the worker stops');
  });
});

describe('a settlement file that takes a lot of work', () => {
  it('leaves the event loop of the caller free', async () => {
    const csv = Buffer.from(`${settlementCsv(LINES)}${'\n'.repeat(3_000_000)}`);
    const seen = { isGiven: false, isRead: false, turns: 0 };
    const turning = (async () => {
      for (; !seen.isRead; await setImmediate()) if (seen.isGiven) seen.turns += 1;
    })();
    async function* given(): AsyncGenerator<Uint8Array> {
      seen.isGiven = true; // it has all from here on: to read it here would take one turn
      yield await Promise.resolve(csv);
    }
    expect(await all(new IsolatedSettlementFile(given()))).toHaveLength(LINES.length);
    seen.isRead = true;
    await turning;
    expect(seen.turns).toBeGreaterThan(100);
  });

  it('is refused after its time', async () => {
    await expect(all(isolated(cellsUpTo(10), { workMs: 1 }))).rejects.toThrow(
      'The settlement file takes more than 0.001 s to read: it was not compared.',
    );
  });

  it('is refused when it fills the memory, and the caller lives on', async () => {
    const reading = all(isolated(cellsUpTo(1_000_000), { memoryMb: 100 }));
    await expect(reading).rejects.toThrow(SettlementFileFault);
    await expect(reading).rejects.toThrow(
      'The settlement file takes more than 100 MB of memory to read: it was not compared.',
    );
  });

  it('keeps no other file from being read', async () => {
    await expect(all(isolated(cellsUpTo(10), { workMs: 1 }))).rejects.toThrow(SettlementFileFault);
    expect(await all(isolated(Buffer.from(settlementCsv(LINES))))).toHaveLength(LINES.length);
  });
});
