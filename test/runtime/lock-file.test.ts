import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { urlOf } from '../../runtime/address';
import { LockedFault, withLockFile } from '../../runtime/lock-file';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
  file = path.join(folder, 'running.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a lock file', () => {
  it('is there while the work is done, and gone after it, also when the work fails', async () => {
    expect(await withLockFile(file, () => readFile(file, 'utf8'))).toMatch(new RegExp(`^${process.pid} `));
    await expect(access(file)).rejects.toThrow('ENOENT');
    await expect(withLockFile(file, () => Promise.reject(new Error('of the work')))).rejects.toThrow(
      'of the work',
    );
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('keeps every other process out, and names the one that has it', async () => {
    await withLockFile(file, async () => {
      await expect(withLockFile(file, () => Promise.resolve())).rejects.toMatchObject({
        name: LockedFault.name,
        processId: process.pid,
      });
    });
  });

  it('is taken over from a process that is no more', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    await writeFile(file, `${child.pid} 1\n`);
    expect(await withLockFile(file, () => Promise.resolve('done'))).toBe('done');
  });

  it('is taken over where another process has got the number since', async () => {
    await writeFile(file, `${process.pid} 1\n`); // this one began later than in the first tick of the machine
    expect(await withLockFile(file, () => Promise.resolve('done'))).toBe('done');
  });
});

describe('the URL of what listens', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['gateway.example', 'http://gateway.example:3000'],
  ])('on %s is %s', (host, url) => expect(urlOf(host, 3000)).toBe(url));
});
