import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { version } from '../../package.json';

const execute = promisify(execFile);
const datacode = (...words: string[]) => typescriptEntry(`${process.cwd()}/cli/main.ts`, ...words);

/** Runs the command to its end, whatever it comes to. */
async function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await execute(process.execPath, datacode(...words))) };
  } catch (fault) {
    return fault as { code: number; stdout: string; stderr: string }; // what execFile rejects with
  }
}

describe('datacode', () => {
  it('says which version it is, and nothing else', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('helps with examples, exit codes and where its settings are', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const told of ['Examples:', '--json', 'Exit codes:', 'docs/configuration.md'])
      expect(stdout).toContain(told);
  });

  it.each([
    [['purchases', 'lst'], "error: unknown command 'lst'"],
    [['channels', 'expire-key'], "error: missing required argument 'channel'"],
    [['deploy', 'ramp', 'b', '101'], 'It must be a number from 0 to 100.'],
    [['export', '--from', '2026-11-02', '--to', '2026-11-01'], '--from 2026-11-02 is after --to 2026-11-01.'],
  ])('%j: exits as a command that could not run, and says why on standard error', async (words, why) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(why);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const command = spawn(process.execPath, datacode('completion', 'bash'), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said: Buffer[] = [];
    command.stderr.on('data', (part: Buffer) => said.push(part));
    command.stdout.destroy();
    const [code] = (await once(command, 'close')) as [number];
    expect({ code, stderr: Buffer.concat(said).toString() }).toEqual({ code: 0, stderr: '' });
  });
});

describe('the completion in bash', () => {
  it.each([
    [
      ['datacode', ''],
      'purchases cases batches blocks desk reconcile export keys channels deploy gateway completion',
    ],
    [['datacode', 'purchases', 'pau'], 'pause pauses'],
    [['datacode', 'batches', ''], 'list show cancel resend'],
    [['datacode', 'purchases', 'settle', 'pur_1', 'charge'], 'charge-done charge-not-done'],
    [['datacode', 'gateway', 'check', '--ma'], '--max-lag'],
  ])('of %j offers %s', async (words, offered) => {
    const { stdout: script } = await run('completion', 'bash');
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _datacode; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await execute('bash', ['-c', `${script}\n${ask}`]);
    expect(stdout).toContain(offered);
  });
});
