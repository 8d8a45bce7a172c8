import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os, { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { removeAbandonedFolders, temporaryFolder } from '../../../runtime/temporary-folder';

const ROOT = path.resolve(__dirname, '../../..');
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'temporary-folder-'));
  jest.spyOn(os, 'tmpdir').mockReturnValue(temporary); // Node looks into no environment that a test has changed
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(temporary, { recursive: true });
});

/** The folder of a process that is killed while numbers are in it. */
async function ofKilled(): Promise<string> {
  const code =
    "require('./runtime/temporary-folder').temporaryFolder('settlement').then((folder) => console.log(folder));" +
    'setInterval(() => undefined, 1000);';
  const words = ['--require', './runtime/typescript.cjs', '--eval', code];
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, words, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
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
      expect(path.dirname(folder)).toBe(temporary);
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

  const asRoot = process.geteuid?.() === 0 ? it : it.skip; // only root gives folders away

  asRoot('is left where another user made it, or it is a link, though it is named as ours', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']); // it has ended
    const named = (end: string) => `datacode-settlement-${encodeURIComponent(hostname())}-${pid}-${end}`;
    const [others, link] = [path.join(temporary, named('others')), path.join(temporary, named('linked'))];
    mkdirSync(others);
    writeFileSync(path.join(others, 'content'), '');
    chownSync(others, 61_301, 61_301);
    symlinkSync(others, link);
    await removeAbandonedFolders();
    expect(readdirSync(temporary).toSorted()).toEqual([named('linked'), named('others')]);
    expect(readdirSync(others)).toEqual(['content']);
  });
});
