import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeAbandonedFolders, temporaryFolder } from '../../../runtime/temporary-folder';

const ROOT = path.resolve(__dirname, '../../..');
let temporary: string;
const before = process.env['TMPDIR'];
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'temporary-folder-'));
  process.env['TMPDIR'] = temporary;
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(temporary, { recursive: true });
});

/** The folder of a process that is killed while numbers are in it. */
async function ofKilled(): Promise<string> {
  const code =
    "require('./runtime/temporary-folder').temporaryFolder('settlement').then((folder) => console.log(folder));" +
    'setInterval(() => undefined, 1000);';
  const words = ['--require', './runtime/typescript.cjs', '--eval', code];
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const folder = String(line).trim();
  writeFileSync(path.join(folder, 'settlement-2026-11-30.1'), '84901234567');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return folder;
}

describe('a folder for temporary files', () => {
  it('is for this user only, and stays while its process lives', async () => {
    const folder = await temporaryFolder('settlement');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await temporaryFolder('breaks');
    expect(existsSync(folder)).toBe(true);
  });

  it.each([
    ['the next start of a worker', removeAbandonedFolders],
    ['the next process that needs one', () => temporaryFolder('period')],
  ])(
    'is removed with the subscribers’ numbers in it, where its process was killed, by %s',
    async (_, next) => {
      const folder = await ofKilled();
      expect(existsSync(folder)).toBe(true);
      await next();
      expect(existsSync(folder)).toBe(false);
    },
  );

  it('is removed at the start of a container, where the process before had the same id', async () => {
    const folder = await temporaryFolder('settlement');
    await removeAbandonedFolders();
    expect(existsSync(folder)).toBe(false);
  });

  it('is left where it is not ours to judge: of another machine, or of another name', async () => {
    const others = ['datacode-settlement-elsewhere.example-1-abcdef', 'datacode-settlement-abcdef', 'other'];
    for (const name of others) mkdirSync(path.join(temporary, name));
    chmodSync(path.join(temporary, 'other'), 0o700);
    await removeAbandonedFolders();
    expect(others.filter((name) => !existsSync(path.join(temporary, name)))).toEqual([]);
  });
});
