import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'lost-npm-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that says when it is up, when it would stop, and that it lived on when it is told nothing for a while. */
const PROGRAM = `
  const { whenStopIsAsked } = require(${JSON.stringify(resolve(__dirname, '../../runtime/process'))});
  const shell = process.ppid;
  whenStopIsAsked(() => { console.log('stopping'); process.exit(); });
  setInterval(() => { if (process.ppid !== shell) gone += 1; if (gone > 20) { console.log('alone'); process.exit(); } }, 100);
  let gone = 0;
  console.log('up');`;

/** As npm does it: the script in a shell, and a signal to that shell alone. @returns all that the process said */
async function killShell(environment: NodeJS.ProcessEnv): Promise<string> {
  const entry = join(folder, 'program.ts');
  await writeFile(entry, PROGRAM);
  const words = [process.execPath, ...typescriptEntry(entry)].map((word) => `'${word}'`).join(' ');
  const shell: ChildProcess = spawn('sh', ['-c', `${words}; true`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment,
  });
  let said = '';
  shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') shell.kill('SIGTERM');
    said += text;
  });
  await once(shell, 'close'); // when the process has closed its output too
  return said;
}

describe('a process that npm started', () => {
  it('stops when npm was asked to, which tells nobody but its shell', async () => {
    expect(await killShell({ ...process.env, npm_lifecycle_event: 'start' })).toBe('up\nstopping\n');
  }, 60_000);
});

describe('a process that a shell started', () => {
  it('goes on when that shell has gone', async () => {
    const { npm_lifecycle_event: _, ...withoutNpm } = process.env;
    expect(await killShell(withoutNpm)).toBe('up\nalone\n');
  }, 60_000);
});
