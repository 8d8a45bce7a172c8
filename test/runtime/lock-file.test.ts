import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { access, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { urlOf } from '../../runtime/address';
import { ChangedByAnother, changeAlone, LockedFault, withLockFile } from '../../runtime/lock-file';
import { eventually } from '../support/eventually';

/** This process began later than in the first tick of the machine. */
const STALE = `${process.pid} 1\n`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
  file = path.join(folder, 'running.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a file that is changed by two of its names', () => {
  it('is changed by one at a time: a key that was revoked would come back', async () => {
    const [place, name] = ['channels.json', 'by-a-link.json'].map((one) => path.join(folder, one)) as [
      string,
      string,
    ];
    await writeFile(place, '{}');
    await symlink(place, name);
    await changeAlone(name, async () => {
      await expect(changeAlone(place, () => Promise.resolve())).rejects.toThrow(ChangedByAnother);
    });
  });
});

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
    await writeFile(file, STALE);
    expect(await withLockFile(file, () => Promise.resolve('done'))).toBe('done');
  });

  it('is left to the process that took it over between our look at it and our own take-over', async () => {
    const own = await withLockFile(file, () => readFile(file, 'utf8'));
    await writeFile(file, STALE);
    const kill = jest.spyOn(process, 'kill').mockImplementationOnce(() => {
      writeFileSync(file, own); // the other process, which is as quick as can be
      throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    });
    const work = jest.fn(() => Promise.resolve());
    await expect(withLockFile(file, work)).rejects.toMatchObject({ name: LockedFault.name, file });
    expect(kill).toHaveBeenCalledTimes(2); // for the stale lock, and for the one that replaced it
    expect(work).not.toHaveBeenCalled();
    expect(await readFile(file, 'utf8')).toBe(own);
  });

  it('is taken over by one of many that find it stale at the same time', async () => {
    await writeFile(file, STALE);
    const refused: unknown[] = [];
    const work = jest.fn(() =>
      eventually('the refusal of the others', () => refused.length === 19 || undefined),
    );
    const takers = Array.from({ length: 20 }, () => withLockFile(file, work));
    await Promise.all(takers.map((taker) => taker.catch((fault: unknown) => refused.push(fault))));
    expect(work).toHaveBeenCalledTimes(1);
    for (const fault of refused) expect(fault).toBeInstanceOf(LockedFault);
    expect(await readdir(folder)).toEqual([]);
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
