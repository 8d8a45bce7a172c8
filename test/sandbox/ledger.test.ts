import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Faults } from '../../sandbox/faults';
import { SandboxGateway } from '../../sandbox/gateway';
import { LandingTimer } from '../../sandbox/landing-timer';
import { Ledger } from '../../sandbox/ledger';
import type { LedgerEntry, LedgerFact } from '../../sandbox/ledger-entries';
import { LedgerNotWritten } from '../../sandbox/ledger-store';
import { PROFILES } from '../../sandbox/profile';
import type { GatewayRequest } from '../../sandbox/requests';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { eventually } from '../support/eventually';
import { NO_SMALL_DISK, SmallDisk } from '../support/small-disk';

const ROOT = path.resolve(__dirname, '../..');
const MSISDN = '84901234567';
const SOLD = { msisdn: MSISDN, packageCode: 'D90', amount: 90_000 };

let folder: string;
let file: string;
let open: Ledger[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sandbox-ledger-'));
  file = path.join(folder, 'ledger.ndjson');
  open = [];
});
afterEach(() => {
  for (const ledger of open) ledger.close();
  rmSync(folder, { recursive: true });
});

function ledgerOn(where = file, onRepaired: (what: string) => void = () => undefined): Ledger {
  const ledger = new Ledger(where, { onRepaired });
  open.push(ledger);
  return ledger;
}

function gatewayOn(ledger: Ledger): { gateway: SandboxGateway; faults: Faults } {
  const faults = new Faults();
  const gateway = new SandboxGateway(ledger, faults, new Map([['D90', 90_000]]), PROFILES.all_kept);
  return { gateway, faults };
}

function register(purchaseId: string): GatewayRequest {
  const transactionId = `${purchaseId}.registration`;
  return { call: 'register', body: { transactionId, ...SOLD, subscriberType: 'postpaid' } };
}

function charge(purchaseId: string): GatewayRequest {
  const registrationId = `${purchaseId}.registration`;
  return { call: 'charge', body: { transactionId: `${purchaseId}.charge`, registrationId, ...SOLD } };
}

const sent = (purchaseId: string, text: string): LedgerFact => ({
  kind: 'sms_sent',
  transactionId: `${purchaseId}.sms`,
  msisdn: MSISDN,
  sender: '999',
  text,
  content: text,
});

describe('a ledger on a file', () => {
  it('answers as one in memory does, whatever the lines are, before and after a restart', async () => {
    const texts = ['short', 'Gói cước đã kích hoạt '.repeat(300), 'ế'.repeat(200_000), 'the end'];
    const [inMemory, onFile] = [new Ledger(undefined, { now: () => 0 }), new Ledger(file, { now: () => 0 })];
    open.push(onFile);
    for (const ledger of [inMemory, onFile]) {
      for (const [index, text] of texts.entries()) {
        ledger.append(sent(`pur_${index % 2}`, text));
        ledger.appendTogether([sent('pur_both', text), sent(`pur_${index}`, text)]);
      }
    }
    for (const ledger of [onFile, ledgerOn()]) {
      expect(ledger.entries).toEqual(inMemory.entries);
      for (const id of ['pur_0', 'pur_1', 'pur_3', 'pur_both', 'pur_none'])
        expect(ledger.entriesOf(id)).toEqual(inMemory.entriesOf(id));
      expect(ledger.latestOf('sms_sent')).toEqual(inMemory.latestOf('sms_sent'));
      const walked: LedgerEntry[] = [];
      for await (const batch of ledger.walk()) walked.push(...batch);
      expect(walked).toEqual(inMemory.entries);
    }
  });

  it('takes nothing twice of a sale that many others came after', () => {
    const { gateway } = gatewayOn(ledgerOn());
    gateway.answer(register('pur_first'));
    gateway.answer(charge('pur_first'));
    for (let index = 0; index < 1_100; index += 1) gateway.answer(register(`pur_${index}`));
    expect(gateway.answer(charge('pur_first'))).toMatchObject({ body: { resultCode: '0001' } });
    expect(ledgerOn().position('pur_first')).toMatchObject({ registrations: 1, charges: 1 });
  });

  it('costs the sandbox a small part of its size in memory', () => {
    const sales = 4_000;
    const lines = Array.from({ length: sales * 10 }, (_, index) => {
      const fact = sent(`pur_${Math.floor(index / 10)}`, '.'.repeat(100));
      return JSON.stringify({
        ...fact,
        seq: index + 1,
        at: '2026-11-28T00:00:00.000Z',
        purchaseId: `pur_${Math.floor(index / 10)}`,
      });
    });
    const text = `${lines.join('\n')}\n`;
    lines.length = 0;
    writeFileSync(file, text);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void; // there by the flag
    collect();
    const before = process.memoryUsage().heapUsed;
    const ledger = ledgerOn();
    const { gateway } = gatewayOn(ledger);
    collect();
    const perSale = (process.memoryUsage().heapUsed - before) / sales;
    expect(text.length / sales).toBeGreaterThan(2_500);
    expect(perSale).toBeLessThan(600);
    expect(ledger.entriesOf('pur_3999')).toHaveLength(10);
    expect(gateway.nextDueMs).toBeUndefined();
  });
});

describe('a ledger that was damaged', () => {
  it('loses a last line that a power cut tore, and says which', () => {
    ledgerOn().append(sent('pur_1', 'whole'));
    appendFileSync(file, '{"kind":"charged","transac');
    const repaired: string[] = [];
    const ledger = ledgerOn(file, (what) => repaired.push(what));
    expect(repaired).toEqual([`${file}:2: the last line was cut short and has been removed.`]);
    ledger.append(sent('pur_2', 'next'));
    expect(ledgerOn().entries.map(({ seq, purchaseId }) => [seq, purchaseId])).toEqual([
      [1, 'pur_1'],
      [2, 'pur_2'],
    ]);
  });

  it.each([
    [
      'two lines that were written into one',
      '{"kind":"sms_se{"kind":"sms_sent","seq":3,"purchaseId":"pur_1"}',
    ],
    ['zeros', '\0\0\0\0'],
    ['something else', '{"hello":"world"}'],
    ['an empty line', ''],
  ])('is not gone on with past %s: the message names file and line, and what to do', async (_, line) => {
    ledgerOn().append(sent('pur_1', 'whole'));
    appendFileSync(file, `${line}\n`);
    ledgerOn(path.join(folder, 'other')).append(sent('pur_1', 'whole'));
    appendFileSync(file, readFileSync(path.join(folder, 'other')));
    expect(() => ledgerOn()).toThrow(`${file}:2: the sandbox cannot read this line of its ledger: `);
    expect(() => ledgerOn()).toThrow(`sed -i 2d ${file}`);
  });

  it('ends the start of the sandbox with that message alone', async () => {
    writeFileSync(path.join(folder, 'sandbox-ledger.ndjson'), '{"kind":"sms_s\n');
    const [program, ...words] = [process.execPath, ...typescriptEntry(path.join(ROOT, 'sandbox/main.ts'))];
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(
        program,
        words,
        { env: { ...process.env, DATA_DIR: folder, SANDBOX_PORT: '0' } },
        (fault, _, stderr) => resolve({ code: fault?.code, stderr }),
      );
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('sandbox-ledger.ndjson:1: the sandbox cannot read this line');
    expect(ended.stderr).toContain('begin with an empty ledger: mv ');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

const disk = SmallDisk.mount(64);
const onSmallDisk = disk ? it : it.skip;
afterAll(() => disk?.unmount());

describe(`a ledger on a disk that becomes full${disk ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  const onDisk = (): SmallDisk => {
    if (!disk) throw new Error(NO_SMALL_DISK);
    return disk;
  };
  afterEach(() => {
    disk?.free();
    if (disk) rmSync(disk.path('ledger.ndjson'), { force: true });
  });

  onSmallDisk('has each entry whole or not at all, and goes on when there is room', () => {
    const ledger = ledgerOn(onDisk().path('ledger.ndjson'));
    ledger.append(sent('pur_1', 'before'));
    onDisk().fill();
    const long = '.'.repeat(6_000); // more than what is left of the file's last page: a part of it is written
    expect(() => ledger.append(sent('pur_2', long))).toThrow(/ledger\.ndjson cannot be written: ENOSPC/);
    expect(ledger.entriesOf('pur_2')).toEqual([]);
    expect(readFileSync(onDisk().path('ledger.ndjson'), 'utf8').split('\n')).toHaveLength(2);
    onDisk().free();
    ledger.append(sent('pur_3', 'after'));
    expect(
      ledgerOn(onDisk().path('ledger.ndjson')).entries.map(({ seq, purchaseId }) => [seq, purchaseId]),
    ).toEqual([
      [1, 'pur_1'],
      [2, 'pur_3'],
    ]);
  });

  onSmallDisk('lets a command that was under way land when there is room', async () => {
    const ledger = ledgerOn(onDisk().path('ledger.ndjson'));
    const { gateway, faults } = gatewayOn(ledger);
    const landing = new LandingTimer(gateway);
    faults.add({ call: 'register', fault: { kind: 'late_by_time', ms: 50, ignoringVoid: false } });
    expect(gateway.answer(register('pur_1'))).toEqual({ kind: 'reset' });
    onDisk().fill();
    const small = sent('pur_2', 'fills what the file has of its last page');
    expect(() => Array.from({ length: 100 }, () => ledger.append(small))).toThrow(LedgerNotWritten);
    await eventually(
      'time to land on the full disk',
      () => (gateway.nextDueMs ?? 0) < Date.now() - 100 || undefined,
    );
    expect(() => gateway.landDue()).toThrow(LedgerNotWritten);
    expect(ledger.position('pur_1').registrations).toBe(0);
    onDisk().free();
    await ledger.waitFor(({ kind }) => kind === 'registered');
    landing.stop();
    expect(ledger.position('pur_1')).toMatchObject({ registrations: 1, registered: true });
  });
});
