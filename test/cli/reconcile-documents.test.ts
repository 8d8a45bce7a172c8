import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { datacodeProgram } from '../../cli/program';
import { runProgram } from '../../cli/terminal/run-program';
import { daysAfter } from '../../domain/local-time';
import { carriedOverFrom } from '../../reconciliation/carried-over';
import type { PeriodAccount } from '../../reconciliation/period/account';
import { openingFrom } from '../../reconciliation/period/opening';
import type { Report } from '../../reconciliation/report';
import { reportJson } from '../../reconciliation/report-files';
import { sign } from '../../runtime/report-signature';
import { settlementCsv } from '../../sandbox/settlement-file';
import { archived, exported, ScriptedSource } from '../archive/archived-day';
import { DAY, internalPurchase, settlementLinesOf } from '../reconciliation/synthetic-day';

const YESTERDAY = daysAfter(DAY, -1);
const keys = generateKeyPairSync('ed25519');
const PRIVATE_KEY = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const PUBLIC_KEY = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const KEPT = ['DATA_DIR', 'RECONCILIATION_SIGNING_KEY'] as const;
const before = KEPT.map((name) => [name, process.env[name]] as const);

let folder: string;
const inFolder = (name: string) => path.join(folder, name);

/** Runs `datacode reconcile` in this process. */
async function reconcile(...words: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const written = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text, ...more) => {
      written[name === 'stdout' ? 'out' : 'err'] += String(text);
      const done = more.find((one) => typeof one === 'function');
      done?.();
      return true;
    }),
  );
  process.exitCode = 0;
  await runProgram(datacodeProgram(), ['reconcile', ...words]);
  for (const spy of spies) spy.mockRestore();
  const code = process.exitCode;
  process.exitCode = 0;
  return { code, ...written };
}

/** A day's purchase and MobiFone's file of it, old enough not to be taken for one that is still written. */
async function aDay(day: typeof DAY, order: string): Promise<void> {
  const sold = internalPurchase(order, { day });
  await exported(folder, new ScriptedSource([archived(order, { day })]), { key: PRIVATE_KEY }, day);
  const file = inFolder(`settlement-${day}.csv`);
  await writeFile(file, settlementCsv(settlementLinesOf(sold)));
  await utimes(file, new Date(0), new Date(0));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'reconcile-documents-'));
  process.env['DATA_DIR'] = folder;
  process.env['RECONCILIATION_SIGNING_KEY'] = PRIVATE_KEY;
  await aDay(YESTERDAY, 'earlier');
  await aDay(DAY, 'sold');
  await writeFile(inFolder('public.pem'), PUBLIC_KEY);
  const source = inFolder('settlement-{date}.csv');
  const period = ['--from', YESTERDAY, '--to', YESTERDAY, '--source', source, '--archive', folder];
  expect(await reconcile('period', ...period, '--json', inFolder('account.json'))).toMatchObject({ code: 0 });
  const words = ['--date', DAY, '--settlement', inFolder(`settlement-${DAY}.csv`), '--archive', folder];
  const outputs = ['--json', inFolder('report.json'), '--statement', inFolder('statement.html')];
  const parties = ['--parties', path.resolve('reconciliation/parties-example.json')];
  const opening = ['--opening', inFolder('account.json'), '--paid', '50000'];
  expect(await reconcile('run', ...words, ...outputs, ...parties, ...opening)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true, force: true });
});

describe('`reconcile --statement`', () => {
  it('opens with what the signed account up to the day before closed with', async () => {
    const page = await readFile(inFolder('statement.html'), 'utf8');
    expect(page).toContain('Số dư đầu kỳ</td><td><span class="number">84.150');
    expect(page).toContain('Số dư cuối kỳ</td><td><span class="number">118.300'); // 84,150 twice, less 50,000
  });

  it('refuses an account that ends on another day, and a balance that is none', async () => {
    const words = ['run', '--date', YESTERDAY, '--settlement', inFolder(`settlement-${YESTERDAY}.csv`)];
    const late = await reconcile(...words, '--archive', folder, '--opening', inFolder('account.json'));
    expect(late).toMatchObject({ code: 2, err: expect.stringContaining('needs one that ends on') as string });
    const none = await reconcile(...words, '--archive', folder, '--opening', '-5');
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('--opening') as string });
  });
});

/** Changes of a signed file that leave what a parser takes of it as it was, or nearly. */
const SAID_TWICE: [string, (text: string) => string][] = [
  ['a member twice', (text) => text.replace('"day"', '"day": "2020-01-01", "day"')],
  ['a whole content twice', (text) => text.replace('"report"', '"report": { "clean": true }, "report"')],
  ['more digits than are read', (text) => text.replace('90000', '90000.0000000000001')],
  ['a member that a parser may leave out', (text) => text.replace('"day"', '"__proto__": {"a": 1}, "day"')],
  ['one beside the content', (text) => text.replace('"report"', '"__proto__": {"a": 1}, "report"')],
  ['one more in the signature', (text) => text.replace('"sha256"', '"approvedBy": "MobiFone", "sha256"')],
  ['a seal that nobody made', (text) => text.replace('"hmacSha256": null', '"hmacSha256": "approved"')],
  ['a longer signature', (text) => text.replace(/("signature": "[^"]*)"/, '$1 approved"')],
];

describe('`reconcile verify`', () => {
  it.each(SAID_TWICE)('does not call a report unchanged that has %s', async (_, change) => {
    const text = await readFile(inFolder('report.json'), 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    await writeFile(inFolder('changed.json'), changed);
    expect(await reconcile('verify', inFolder('changed.json'))).toMatchObject({
      code: 1,
      out: expect.not.stringContaining('unchanged') as string,
    });
    expect(await reconcile('books', inFolder('changed.json'), '--json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('was changed since it was written') as string,
    });
  });

  it('proves one whose lines end otherwise or that has other indentation, as programs on the way write it', async () => {
    const text = await readFile(inFolder('report.json'), 'utf8');
    for (const same of [text.replaceAll('\n', '\r\n'), JSON.stringify(JSON.parse(text)), text.trimEnd()]) {
      await writeFile(inFolder('same.json'), same);
      expect(await reconcile('verify', inFolder('same.json'))).toMatchObject({ code: 0 });
    }
  });

  it.each([
    ['a day’s report', 'report.json', `report of ${DAY}`],
    ['a period’s account', 'account.json', `account of ${YESTERDAY} to ${YESTERDAY}`],
  ])('proves %s with the public key alone', async (_, file, what) => {
    const verified = await reconcile('verify', inFolder(file), '--keys', inFolder('public.pem'));
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining(what) as string });
    expect(verified.out).toContain('unchanged, signed with');
  });

  it('exits 1 for one that was changed, and 2 for a file that is not signed', async () => {
    const text = await readFile(inFolder('account.json'), 'utf8');
    await writeFile(inFolder('changed.json'), text.replaceAll('84150', '84151'));
    expect(await reconcile('verify', inFolder('changed.json'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('CHANGED since it was written') as string,
    });
    expect(await reconcile('verify', inFolder('public.pem'))).toMatchObject({ code: 2 });
  });
});

describe('`reconcile books`', () => {
  it('writes the entries of signed reports, and says what they come to', async () => {
    const report = inFolder('report.json');
    const done = await reconcile('books', report, '--misa', inFolder('misa.csv'), '--hledger', inFolder('j'));
    expect(done).toMatchObject({ code: 0, out: '1 day(s), 2 entries, 95850 VND on each side\n' });
    expect(await readFile(inFolder('misa.csv'), 'utf8')).toContain('DC20261123');
    expect(await readFile(inFolder('j'), 'utf8')).toContain('account 131:app\n');
  });

  it('refuses a day twice, a changed report, and an account in a report’s place', async () => {
    const report = inFolder('report.json');
    expect(await reconcile('books', report, report)).toMatchObject({
      code: 2,
      err: expect.stringContaining('a day is booked once') as string,
    });
    const text = await readFile(report, 'utf8');
    await writeFile(inFolder('changed.json'), text.replaceAll('90000', '80000'));
    expect(await reconcile('books', inFolder('changed.json'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('was changed since it was written') as string,
    });
    expect(await reconcile('books', inFolder('account.json'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('is no signed report') as string,
    });
  });

  describe('where no key is configured, so that anybody can write a report with its digest', () => {
    beforeEach(() => void delete process.env['RECONCILIATION_SIGNING_KEY']);
    afterEach(() => void (process.env['RECONCILIATION_SIGNING_KEY'] = PRIVATE_KEY));

    const forged = async (change: (report: Report) => void): Promise<string> => {
      const { report } = JSON.parse(await readFile(inFolder('report.json'), 'utf8')) as { report: Report };
      change(report);
      await writeFile(inFolder('forged.json'), reportJson(report, undefined));
      return inFolder('forged.json');
    };
    const EVIL = 'demo\ninclude /etc/passwd\n2026-12-01 * (X) evil';

    it('says so, and books one that is as we write it', async () => {
      expect(await reconcile('books', await forged(() => undefined))).toMatchObject({
        code: 0,
        out: '1 day(s), 2 entries, 95850 VND on each side\n',
        err: expect.stringContaining('Nothing proves who wrote the reports') as string,
      });
    });

    it.each<[string, (report: Report) => void]>([
      ['totals.by.channel.0.key', ({ totals }) => Object.assign(totals.by.channel[0] ?? {}, { key: EVIL })],
      ['day', (report) => Object.assign(report, { day: '2026-11-31' })],
      ['day', (report) => Object.assign(report, { day: EVIL })],
      ['totals.theirs.discount', ({ totals }) => Object.assign(totals.theirs, { discount: '1' })],
      ['totals.ours.gross', ({ totals }) => Object.assign(totals.ours, { gross: 0.5 })],
      ['totals', (report) => Object.assign(report, { totals: null })],
    ])('refuses one with another %s than we write, and writes nothing of it', async (place, change) => {
      const done = await reconcile('books', await forged(change), '--hledger');
      expect(done).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(`see ${place}.`) as string,
      });
      expect(done.err).not.toContain('passwd');
    });

    it('is refused as the last day’s report and as the account before, too', async () => {
      const report = await forged((one) =>
        Object.assign(one, { breaks: [{ awaited: true, purchaseId: 'x', atStake: '5' }] }),
      );
      const text = await readFile(report, 'utf8');
      expect(() => carriedOverFrom(text, daysAfter(DAY, 1), undefined)).toThrow('see breaks.0.atStake');
      const { account } = JSON.parse(await readFile(inFolder('account.json'), 'utf8')) as {
        account: PeriodAccount;
      };
      const other = {
        ...account,
        agent: { ...account.agent, closing: { gross: '1', discount: 0, payable: 1 } },
      };
      const signed = JSON.stringify({ account: other, signature: sign(other, undefined) });
      expect(() => openingFrom(signed, DAY, undefined)).toThrow('see agent.closing.gross');
    });
  });
});
