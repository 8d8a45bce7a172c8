import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { BreakSpool } from '../../reconciliation/break-spool';
import type { InternalSide } from '../../reconciliation/internal-purchase';
import { DEFAULT_SETTINGS, reconcile } from '../../reconciliation/reconcile';
import { RecordStore } from '../../reconciliation/record-store';
import { keepReport } from '../../reconciliation/report-files';
import { SettlementFile } from '../../reconciliation/settlement-file';
import { compareText } from '../../runtime/text-order';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { settlementCsv } from '../../sandbox/settlement-file';
import {
  DAY,
  internalPurchase,
  internalSide,
  nothing,
  reconciled,
  settlementLineOf,
  source,
} from './synthetic-day';

const UNKNOWN = 2_300;

function unknownCharges(): SettlementLine[] {
  return Array.from({ length: UNKNOWN }, (_, at) =>
    settlementLineOf(internalPurchase(`unknown-${at}`), 'charge'),
  );
}

describe('a file with thousands of charges that nobody here knows', () => {
  it('is looked up a hundred at a time', async () => {
    const asked: number[] = [];
    const internal: InternalSide = {
      ...internalSide([]),
      findAll: (ids) => {
        asked.push(ids.length);
        return Promise.resolve([]);
      },
    };
    const files = [{ role: 'day' as const, source: source(unknownCharges()) }];
    await reconcile({ day: DAY, internal, files, settings: DEFAULT_SETTINGS });
    expect(asked).toEqual(Array.from({ length: 23 }, () => 100));
  });

  it('is counted to the last đồng, while the report lists no more than people work through', async () => {
    const report = await reconciled([internalPurchase('missing')], { day: unknownCharges() });
    expect(report.breaks).toHaveLength(2_000);
    expect(report.counts).toEqual({ charged_not_here: UNKNOWN, missing_there: 1 });
    const rest = UNKNOWN - 2_000;
    expect(report.unlisted).toEqual({
      count: rest + 1,
      atStake: (rest + 1) * 90_000,
      gross: (1 - rest) * 90_000,
      discount: (1 - rest) * 5_850,
      payable: (1 - rest) * 84_150,
    });
    expect(report.unexplained).toEqual(nothing);
  });

  it('has every break in the CSV file, in the order of the kinds and the purchases', async () => {
    const rows = await BreakSpool.during(async (spool) => {
      await reconcile({
        day: DAY,
        internal: internalSide([internalPurchase('missing')]),
        files: [{ role: 'day', source: source(unknownCharges()) }],
        onBreak: spool.add,
        settings: DEFAULT_SETTINGS,
      });
      let text = '';
      for await (const piece of spool.csv()) text += piece;
      return parse<Record<string, string>>(text, { columns: true, bom: true });
    });
    expect(rows).toHaveLength(UNKNOWN + 1);
    expect(rows.at(-1)?.['kind']).toBe('missing_there');
    const ids = rows.slice(0, -1).map((row) => row['purchase_id'] ?? '');
    expect(ids).toEqual(ids.toSorted(compareText));
  });
});

describe('a file that has one line thousands of times', () => {
  const purchase = internalPurchase('repeated');
  const lines = Array.from({ length: 5_000 }, () => settlementLineOf(purchase, 'charge'));

  it('is one break, whose row shows the first of the lines', async () => {
    const day = [settlementLineOf(purchase, 'registration'), ...lines];
    const [row, ...others] = (await reconciled([purchase], { day })).breaks;
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'duplicate_in_file', difference: { gross: -4_999 * 90_000 } });
    expect([row?.theirs.length, row?.unlistedLines]).toEqual([100, 4_901]);
  });

  it('takes the room of one line', () => {
    const store = new RecordStore<SettlementLine>();
    expect(new Set(lines.map((line) => store.add(line))).size).toBe(1);
  });
});

describe('the kept report of a file with more bad lines than a report lists', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'hard-days-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('has a file with all of them beside it', async () => {
    const bad = settlementCsv(unknownCharges().slice(0, 150)).replaceAll(',90000,', ',90.000,');
    const file = new SettlementFile(Readable.from([Buffer.from(bad)]));
    const files = await BreakSpool.during(async (spool) => {
      const report = await reconcile({
        day: DAY,
        internal: internalSide([]),
        files: [{ role: 'day', source: file }],
        onBreak: spool.add,
        settings: DEFAULT_SETTINGS,
      });
      const badLines = file.allBadLines();
      return keepReport(report, folder, undefined, { csv: spool.csv(), files: [{ role: 'day', badLines }] });
    });
    const beside = files.find((name) => name.endsWith('.bad-lines.csv')) ?? '';
    const rows = parse<Record<string, string>>(await readFile(beside), { columns: true, bom: true });
    expect(rows).toHaveLength(150);
    expect(rows.at(-1)).toEqual({
      file: 'day',
      line: '151',
      reason: expect.stringMatching('^amount: has thousands separators') as string,
    });
  });
});
