import { execFile } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { UnreadablePurchase } from '../../archive/archived-purchase';
import { Archive } from '../../archive/archive';
import { dayFiles } from '../../archive/archive-files';
import { daysAfter, localDayStart } from '../../domain/local-time';
import { NO_SMALL_DISK, SmallDisk } from '../support/small-disk';
import { DAY, internalPurchase } from '../reconciliation/synthetic-day';
import {
  archived,
  contents,
  exported,
  LATER,
  newArchive,
  removeArchives,
  ScriptedSource,
} from './archived-day';
import { Killed, KilledDisk } from './killed-disk';

afterAll(removeArchives);

const KEY = 'a key of the agent’s accounts';
const HOUR = 3_600_000;
const at = (hours: number) => localDayStart(DAY) + hours * HOUR;

/** More than are read at once, of several outcomes, in no order. */
function aDay() {
  const sold = Array.from({ length: 17 }, (_, index) =>
    archived(`order-${index}`, { acceptedAt: at((index * 7) % 24), closedAt: at(24) }),
  );
  const undone = archived('undone', { state: 'rolled_back', acceptedAt: at(9) });
  return [...sold, undone];
}

async function rowsOf(file: string): Promise<Record<string, string>[]> {
  return parse(await readFile(file), { columns: true, bom: true });
}

describe('a day that is exported', () => {
  it('has one line a purchase by the time of acceptance, and sums that are those of its lines', async () => {
    const archive = await newArchive();
    const { manifest } = await exported(archive, new ScriptedSource(aDay()));

    const files = dayFiles(archive, DAY);
    const rows = await rowsOf(files.purchasesCsv);
    const times = rows.map((row) => row['accepted_at'] ?? '');
    expect(times).toEqual(times.toSorted());
    expect(rows).toHaveLength(18);
    expect(rows.reduce((sum, row) => sum + Number(row['sold_payable']), 0)).toBe(manifest.sold.payable);
    expect(manifest).toMatchObject({
      complete: true,
      counts: { purchases: 18, closed: 18, open: 0, unreadable: 0, steps: 18 },
      sold: { count: 17, faceValue: 1_530_000, discount: 99_450, payable: 1_430_550 },
      refunds: { count: 1, faceValue: 90_000 },
      byState: { succeeded: 17, rolled_back: 1 },
    });
    const steps = await rowsOf(files.stepsCsv);
    expect(steps[0]).toMatchObject({ step: 'register', seed_step: '(2.2)', attempts: '2', duration_ms: '0' });
  });

  it('is the same byte for byte in whatever order the purchases are listed', async () => {
    const [one, other] = [await newArchive(), await newArchive()];
    await exported(one, new ScriptedSource(aDay()));
    await exported(other, new ScriptedSource(aDay().toReversed()));
    expect(await contents(other)).toEqual(await contents(one));
  });

  it('shows numbers masked in the CSV files unless they are asked for in clear', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource([archived('one')]);
    const { purchasesCsv } = dayFiles(archive, DAY);
    await exported(archive, source);
    expect(await readFile(purchasesCsv, 'utf8')).not.toContain('84901234567');
    expect(await rowsOf(purchasesCsv)).toMatchObject([{ msisdn: '8490****567' }]);

    await exported(archive, source, { numbersInCsv: 'full' });
    expect(await rowsOf(purchasesCsv)).toMatchObject([{ msisdn: '84901234567' }]);
    expect(source.reads).toEqual(['run-of-one']); // from the archive, not from Temporal again
  });

  it('keeps a text that a spreadsheet would run as a text', async () => {
    const archive = await newArchive();
    const action = {
      at: LATER.toISOString(),
      action: 'decide',
      by: '=HYPERLINK("x")',
      why: 'x',
      reference: null,
      decision: null,
      result: null,
    };
    await exported(archive, new ScriptedSource([archived('one', {}, { actions: [action] })]));
    const [row] = await rowsOf(dayFiles(archive, DAY).purchasesCsv);
    expect(row?.['actions']).toBe(`'=HYPERLINK("x"): decide (x)`);
  });

  it('has of a purchase that was reset the latest run only', async () => {
    const archive = await newArchive();
    const first = archived('one', { state: 'rolled_back' });
    const second = archived(
      'one',
      {},
      { run: { ...first.run, runId: 'second', startedAt: LATER.toISOString() } },
    );
    const { manifest } = await exported(archive, new ScriptedSource([second, first]));
    expect(manifest.byState).toEqual({ succeeded: 1 });
  });
});

describe('an export that is killed', () => {
  it('at any step goes on from there when it is run again, and ends with the same bytes as one that was not', async () => {
    const whole = await newArchive();
    const untouched = new KilledDisk(Infinity);
    await exported(whole, new ScriptedSource(aDay()), { disk: untouched });
    const expected = await contents(whole);
    expect(untouched.steps).toBeGreaterThan(20);

    for (let step = 0; step < untouched.steps; step += 1) {
      const archive = await newArchive();
      const source = new ScriptedSource(aDay());
      const disk = new KilledDisk(step);
      await expect(exported(archive, source, { disk })).rejects.toBeInstanceOf(Killed);
      await disk.closeAll();
      // Whatever has its final name is whole already.
      const { manifest: _, ...left } = dayFiles(archive, DAY);
      const seen = await contents(archive);
      for (const file of [left.purchases, left.purchasesCsv, left.stepsCsv, left.index]) {
        const name = path.relative(archive, file);
        if (seen[name] !== undefined) expect([step, name, seen[name]]).toEqual([step, name, expected[name]]);
      }

      await exported(archive, source);

      expect([step, await contents(archive)]).toEqual([step, expected]);
      // Read twice at most: the batch that was under way when it was killed.
      expect(source.reads.length).toBeLessThanOrEqual(18 + 16);
    }
  });

  it('reads nothing again that it had written down', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource(aDay());
    const disk = new KilledDisk(7); // folder, journal, its header, and two batches
    await expect(exported(archive, source, { disk })).rejects.toBeInstanceOf(Killed);
    await disk.closeAll();
    await exported(archive, source);
    expect(source.reads).toHaveLength(new Set(source.reads).size);
  });

  it('while it refreshes a day that had open purchases loses nothing of the day', async () => {
    const open = archived('late', { state: 'charging', closedAt: null });
    const settled = archived('late');
    const before = new ScriptedSource([...aDay(), open]);
    const after = [...aDay(), settled];
    const whole = await newArchive();
    await exported(whole, new ScriptedSource(after));
    const expected = await contents(whole);
    for (let step = 0; ; step += 1) {
      const archive = await newArchive();
      await exported(archive, before);
      const source = new ScriptedSource([settled]); // Temporal has forgotten all others
      source.keptFrom = LATER.getTime();
      const disk = new KilledDisk(step);
      const killed = await exported(archive, source, { disk }).then(
        () => false,
        () => true,
      );
      await disk.closeAll();
      await exported(archive, source);
      expect([step, await contents(archive)]).toEqual([step, expected]);
      if (!killed) break;
    }
  });
});

const smallDisk = SmallDisk.mount(256);
const onSmallDisk = smallDisk ? it : it.skip;
afterAll(() => smallDisk?.unmount());

describe(`an export onto a disk that becomes full${smallDisk ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  onSmallDisk('leaves its journal alone, and goes on from it when there is room', async () => {
    if (!smallDisk) throw new Error(NO_SMALL_DISK);
    const whole = await newArchive();
    await exported(whole, new ScriptedSource(aDay()));
    const source = new ScriptedSource(aDay());
    const archive = smallDisk.path('archive');
    const roomBytes = 28_672; // enough for the journal and a part of the day's files
    smallDisk.fill(roomBytes);
    await expect(exported(archive, source)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(Object.keys(await contents(archive))).toEqual([path.join(DAY, `journal-${DAY}.partial`)]);

    smallDisk.free();
    await exported(archive, source);
    expect(await contents(archive)).toEqual(await contents(whole));
    expect(source.reads).toHaveLength(18);
  });
});

describe('a day that is not over, or of which something could not be learnt', () => {
  it('is incomplete while a purchase is open, and a later run reads only that one again', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource([...aDay(), archived('late', { state: 'charging', closedAt: null })]);
    expect((await exported(archive, source)).manifest).toMatchObject({
      complete: false,
      counts: { open: 1 },
    });
    source.reads.length = 0;
    source.purchases = [...aDay(), archived('late')];
    const { manifest } = await exported(archive, source);
    expect(manifest).toMatchObject({ complete: true, counts: { open: 0, purchases: 19 } });
    expect(source.reads).toEqual(['run-of-late']);
    source.reads.length = 0;
    expect(await exported(archive, source)).toMatchObject({ kept: true });
    expect(source.reads).toEqual([]);
  });

  it('is incomplete before its end, since more may be sold', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource([archived('early')]);
    const noon = () => new Date(at(12));
    expect((await exported(archive, source, { now: noon })).manifest).toMatchObject({
      complete: false,
      allListed: false,
    });
    source.purchases = [...source.purchases, archived('evening', { acceptedAt: at(20) })];
    expect((await exported(archive, source)).manifest).toMatchObject({
      complete: true,
      counts: { purchases: 2 },
    });
  });

  it('is incomplete when retention may have taken some of it, even if none is left', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource([]);
    source.keptFrom = at(1);
    expect((await exported(archive, source)).manifest).toMatchObject({ complete: false, allListed: false });
  });

  it('keeps a purchase that could not be read, with what is in clear, and reads it again when the key is there', async () => {
    const archive = await newArchive();
    const readable = archived('sealed');
    const { purchaseId, day, state, outcome, needsAttention, run, order } = readable;
    const { channel, externalId, paymentForm, faceValue, discount } = order;
    const sealed: UnreadablePurchase = {
      purchaseId,
      day,
      state,
      outcome,
      needsAttention,
      run,
      channel,
      externalId,
      paymentForm,
      faceValue,
      unreadable: true,
      why: 'Unknown encoding: binary/encrypted',
      package: order.package.code,
      discountAmount: discount.amount,
    };
    const source = new ScriptedSource([sealed]);
    const { manifest } = await exported(archive, source);
    expect(manifest).toMatchObject({ complete: false, counts: { unreadable: 1 }, sold: { payable: 84_150 } });
    expect(await rowsOf(dayFiles(archive, DAY).purchasesCsv)).toMatchObject([
      {
        external_id: 'sealed',
        msisdn: '',
        sold_gross: '90000',
        unreadable: 'Unknown encoding: binary/encrypted',
      },
    ]);
    source.purchases = [readable];
    expect((await exported(archive, source)).manifest).toMatchObject({
      complete: true,
      counts: { unreadable: 0 },
    });
  });
});

describe('an archive that somebody changed', () => {
  const read = async (archive: string, key?: string) => {
    const lines: unknown[] = [];
    for await (const purchase of new Archive(archive, key).purchasesOf(DAY)) lines.push(purchase);
    return lines;
  };

  it('is not read: the file is named', async () => {
    const archive = await newArchive();
    await exported(archive, new ScriptedSource(aDay()));
    const { purchases } = dayFiles(archive, DAY);
    expect(await read(archive)).toHaveLength(18);
    await writeFile(purchases, (await readFile(purchases, 'utf8')).replace('"succeeded"', '"rejected"'));
    await expect(read(archive)).rejects.toThrow(`${purchases}: was changed since it was exported`);
  });

  it('is not read as it became after it was checked', async () => {
    const folder = await newArchive();
    await exported(folder, new ScriptedSource(aDay()));
    const { purchases } = dayFiles(folder, DAY);
    const archive = new Archive(folder, undefined);
    for await (const purchase of archive.purchasesOf(DAY)) expect(purchase).toBeDefined();
    await writeFile(purchases, (await readFile(purchases, 'utf8')).replace('"succeeded"', '"rejected"'));
    await expect(async () => {
      for await (const purchase of archive.purchasesOf(DAY)) expect(purchase).toBeDefined();
    }).rejects.toThrow('was changed since it was exported');
  });

  it('is not read from a pipe, which gives each reader what it likes, nor waited for', async () => {
    const archive = await newArchive();
    await exported(archive, new ScriptedSource(aDay()));
    const { purchases } = dayFiles(archive, DAY);
    await rm(purchases);
    await promisify(execFile)('mkfifo', [purchases]);
    await expect(read(archive)).rejects.toThrow(`${purchases}: is no file`);
    await expect(exported(archive, new ScriptedSource(aDay()), { refresh: true })).rejects.toThrow(purchases);
  });

  it('is not exported into either', async () => {
    const archive = await newArchive();
    const source = new ScriptedSource([archived('late', { state: 'charging', closedAt: null })]);
    await exported(archive, source);
    const { purchases } = dayFiles(archive, DAY);
    await appendFile(purchases, '\n');
    await expect(exported(archive, source)).rejects.toThrow(purchases);
  });

  it('with a manifest that was changed, or sealed with another key or none, is refused where a key is given', async () => {
    const archive = await newArchive();
    const { manifest } = dayFiles(archive, DAY);
    await exported(archive, new ScriptedSource(aDay()), { key: KEY });
    expect(await read(archive, KEY)).toHaveLength(18);
    await expect(read(archive, 'another key of somebody')).rejects.toThrow(`${manifest}: was changed`);
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('"open": 0', '"open": 1, "open": 0'));
    await expect(read(archive, KEY)).rejects.toThrow(`${manifest}: was changed`);
    await writeFile(manifest, text.replace('"open": 0', '"open": 1'));
    await expect(read(archive, KEY)).rejects.toThrow(`${manifest}: was changed`);
    await expect(read(archive)).rejects.toThrow(`${manifest}: was changed`);
  });

  it('whose index was changed finds nothing by it', async () => {
    const archive = await newArchive();
    await exported(archive, new ScriptedSource(aDay()));
    const { index } = dayFiles(archive, DAY);
    const wanted = internalPurchase('order-3').purchaseId;
    expect(await new Archive(archive, undefined).find(wanted)).toMatchObject({ purchaseId: wanted });
    await writeFile(index, (await readFile(index, 'utf8')).slice(53));
    await expect(new Archive(archive, undefined).find(wanted)).rejects.toThrow(index);
  });
});

describe('a purchase that is looked up in an archive of several days', () => {
  it('is found on whichever day it is, and one that is nowhere is not', async () => {
    const archive = await newArchive();
    const next = daysAfter(DAY, 1);
    const source = new ScriptedSource([
      ...aDay(),
      archived('next', { day: next, acceptedAt: localDayStart(next) }),
    ]);
    await exported(archive, source);
    await exported(archive, source, {}, next);
    const opened = new Archive(archive, undefined);
    for (const { purchaseId, day } of source.purchases) {
      expect(await opened.find(purchaseId)).toMatchObject({ purchaseId, day });
    }
    expect(await opened.find(internalPurchase('nowhere').purchaseId)).toBeUndefined();
  });
});
