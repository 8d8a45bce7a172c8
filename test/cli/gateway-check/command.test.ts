import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/eventually';
import { CREDENTIALS, NUMBER, stillThere, withSandbox } from './check-lab';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'gateway-check-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  child: ChildProcess;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** The command as `datacode gateway check` starts it, without a terminal. */
function run(url: string, ...options: readonly string[]): Run {
  const child = spawn(
    process.execPath,
    ['--require', './runtime/typescript.cjs', 'cli/main.ts', 'gateway', 'check'].concat(
      ['--base-url', url, '--msisdn', '0901234567'],
      options,
    ),
    {
      env: {
        PATH: process.env['PATH'],
        MOBIFONE_CLIENT_ID: CREDENTIALS.clientId,
        MOBIFONE_CLIENT_SECRET: CREDENTIALS.clientSecret,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })); // of a child
  return { child, ended };
}

describe('datacode gateway check', () => {
  it('says what it will cost, and sends nothing without a terminal or --yes', async () => {
    await withSandbox({}, async (sandbox) => {
      const { code, stderr } = await run(sandbox.url).ended;
      expect(stderr).toMatch(
        /Together at most \d+ registrations and \d+ charges of D10 \(10\.000d each, postpaid\) and 0 SMS/,
      );
      expect(stderr).toContain('give --yes');
      expect(code).toBe(2);
      expect(sandbox.ledger.entries).toEqual([]);
    });
  });

  it('prints a record without the number, writes it to a file, and exits 0 when all probed holds', async () => {
    await withSandbox({}, async (sandbox) => {
      const file = path.join(folder, 'profile.json');
      const options = ['--yes', '--json', '--profile', file, '--only', 'p7,codes'];
      const { code, stdout, stderr } = await run(sandbox.url, ...options).ended;
      const written = await readFile(file, 'utf8');
      expect(JSON.parse(written)).toEqual(JSON.parse(stdout));
      expect(JSON.parse(written)).toMatchObject({
        numbers: ['8490****567'],
        findings: [
          { id: 'P7', result: 'holds' },
          { id: 'codes', result: 'holds' },
        ],
        settings: { MOBIFONE_PROMISES: 'P7', MOBIFONE_FINAL_AFTER: '5s' },
        exchanges: expect.arrayContaining([
          expect.objectContaining({
            probe: 'P7',
            request: expect.objectContaining({
              call: 'register',
              msisdn: '8490****567',
              amount: 10_000,
            }) as unknown,
            answer: expect.objectContaining({ status: 200, resultCode: '0000' }) as unknown,
          }),
        ]) as unknown,
      });
      expect(`${written}${stdout}${stderr}`).not.toContain(NUMBER.slice(2));
      expect(code).toBe(0);
    });
  });

  it('prints words, and exits 1 when something does not hold', async () => {
    await withSandbox({ without: { inquiryTellsSale: false } }, async (sandbox) => {
      const { code, stdout } = await run(sandbox.url, '--yes', '--only', 'P7').ended;
      expect(stdout).toContain('P7     DOES NOT HOLD: The inquiry tells amount and package');
      expect(stdout).toContain('MOBIFONE_PROMISES=\n');
      expect(stdout).toContain('Everything that was registered has been rolled back.');
      expect(code).toBe(1);
    });
  });

  it('rolls back at Ctrl-C, and exits 2', async () => {
    const silence = { call: 'charge', fault: { kind: 'silence', effect: 'after' } } as const;
    await withSandbox({ faults: [silence] }, async (sandbox) => {
      const { child, ended } = run(sandbox.url, '--yes', '--only', 'P7');
      await eventually('the charge', () => sandbox.ledger.entries.find(({ kind }) => kind === 'charged'));
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      expect(stderr).toContain('Interrupted: undoing');
      expect(stdout).toContain('Everything that was registered has been rolled back.');
      expect(code).toBe(2);
      expect(stillThere(sandbox)).toEqual([]);
    });
  });

  it('exits 2 when the gateway cannot be reached, or it was called wrongly', async () => {
    const nobodyThere = await withSandbox({}, async ({ url }) => url);
    const unreachable = await run(nobodyThere, '--yes').ended;
    expect(unreachable.stderr).toContain('ECONNREFUSED');
    expect(unreachable.code).toBe(2);
    const wrong = await run(nobodyThere, '--yes', '--only', 'P9').ended;
    expect(wrong.stderr).toContain('Must be of');
    expect(wrong.code).toBe(2);
  });
});
