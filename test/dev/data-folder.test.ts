import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { typescriptEntry } from '../../runtime/typescript-entry';

const ROOT = resolve(__dirname, '../..');
const START = join(ROOT, 'dev/start.ts');

let folder: string;
const holders: ChildProcess[] = [];

beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'data-folder-'))));
afterEach(async () => {
  for (const holder of holders.splice(0)) await killed(holder);
  await rm(folder, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Another process that uses the data folder as `npm start` does. @param address what it notes when it is up */
async function holder(address?: string): Promise<ChildProcess> {
  const entry = join(folder, 'holder.ts');
  await writeFile(
    entry,
    `const { withDataFolder } = require(${JSON.stringify(join(ROOT, 'dev/supervisor/stack-command'))});
     withDataFolder({ DATA_DIR: ${JSON.stringify(folder)} }, async (noteAddress) => {
       ${address === undefined ? '' : `await noteAddress(${JSON.stringify(address)});`}
       console.log('up');
       await new Promise((resolve) => setTimeout(resolve, 600_000));
     });`,
  );
  const child = spawn(process.execPath, typescriptEntry(entry), { stdio: ['ignore', 'pipe', 'inherit'] });
  holders.push(child);
  if (!child.stdout) throw new Error('the output is piped');
  await once(child.stdout, 'data');
  return child;
}

/** `npm start` in a data folder, which is expected to refuse at once. @returns exit code and what it wrote on stderr */
async function start(dataDir: string): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, typescriptEntry(START), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DATA_DIR: dataDir },
    timeout: 60_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code]: unknown[] = await once(child, 'close');
  return { code, stderr };
}

describe('a second npm start in the same folder', () => {
  it('is refused, with the process and the address of the first', async () => {
    const { pid } = await holder('http://127.0.0.1:3999');
    expect(await start(folder)).toEqual({
      code: 1,
      stderr: `Already running here: process ${pid} uses ${folder}, at http://127.0.0.1:3999.
Stop it with Ctrl-C or \`kill ${pid}\`, or set DATA_DIR and the ports for a second one.
`,
    });
  }, 120_000);

  it('is refused also while the first is not ready yet', async () => {
    const { pid } = await holder();
    const { code, stderr } = await start(folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${pid} uses ${folder}, still starting or stopping.`);
  }, 120_000);

  it('takes the folder over once the first was killed', async () => {
    const first = await holder('http://127.0.0.1:3999');
    await killed(first);
    expect(existsSync(join(folder, 'running.lock'))).toBe(true);
    const second = await holder();
    expect(second.pid).not.toBe(first.pid);
  }, 120_000);
});

describe('a DATA_DIR that cannot be used', () => {
  it('is named, with the reason and the way out, where it is a file', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    expect(await start(file)).toEqual({
      code: 1,
      stderr: `DATA_DIR=${file} cannot be used: a file of that name is there. Set DATA_DIR to a folder that you can write to.\n`,
    });
  }, 120_000);

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux(
    'is named also where the file system refuses new folders, and the start does not hang',
    async () => {
      expect(await start('/proc/x/y')).toEqual({
        code: 1,
        stderr:
          'DATA_DIR=/proc/x/y cannot be used: the folder is not there and cannot be made. Set DATA_DIR to a folder that you can write to.\n',
      });
    },
    120_000,
  );
});
