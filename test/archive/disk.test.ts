import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REAL_DISK } from '../../archive/disk';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'archive-disk-'))));
afterEach(() => rm(folder, { recursive: true }));

const file = () => path.join(folder, 'purchases.ndjson.partial');
const precious = () => path.join(folder, 'precious');

async function write(how: 'keep' | 'anew'): Promise<void> {
  const growing = await REAL_DISK.grow(file(), how);
  await growing.append(Buffer.from('new'));
  await growing.close();
}

const modeOf = async (place: string) => (await stat(place)).mode & 0o777;

describe('a file of an export that was there before, where others may write', () => {
  it('is begun anew as a file of its own, for its owner only', async () => {
    await writeFile(file(), 'old');
    await chmod(file(), 0o666);
    await link(file(), precious());
    await write('anew');
    expect(await readFile(file(), 'utf8')).toBe('new');
    expect(await modeOf(file())).toBe(0o600);
    expect(await readFile(precious(), 'utf8')).toBe('old');
  });

  it('is taken from others where it goes on', async () => {
    await writeFile(file(), 'old, ');
    await chmod(file(), 0o666);
    await write('keep');
    expect(await readFile(file(), 'utf8')).toBe('old, new');
    expect(await modeOf(file())).toBe(0o600);
  });

  it('is refused with what to do where it is another user’s, who could go on reading it', async () => {
    await writeFile(file(), 'old, ');
    const handle = await open(file(), 'r');
    const prototype = Object.getPrototypeOf(handle) as FileHandle; // of every file that is opened
    const denied = Object.assign(new Error('EPERM: operation not permitted, fchmod'), { code: 'EPERM' });
    const chmods = jest.spyOn(prototype, 'chmod').mockRejectedValue(denied);
    await expect(write('keep')).rejects.toThrow(
      `${file()} belongs to another user, who could read what is added: move it away, or export into another folder`,
    );
    chmods.mockRestore();
    await handle.close();
    expect(await readFile(file(), 'utf8')).toBe('old, ');
  });

  const asRoot = process.geteuid?.() === 0 ? it : it.skip; // only root gives files away

  asRoot('is refused so also by root, who may change the mode of any file', async () => {
    await writeFile(file(), 'old, ');
    await chown(file(), 61_301, 61_301);
    await expect(write('keep')).rejects.toThrow(`${file()} belongs to another user`);
    expect(await readFile(file(), 'utf8')).toBe('old, ');
    expect(await readdir(folder)).toEqual([path.basename(file())]);
  });

  asRoot('is in no folder of another user, who could replace it later', async () => {
    const day = path.join(folder, '2026-12-01');
    await mkdir(day);
    await REAL_DISK.makeFolder(day);
    await chown(day, 61_301, 61_301);
    await expect(REAL_DISK.makeFolder(day)).rejects.toThrow(`others may change ${day}, `);
    expect(await readdir(day)).toEqual([]);
  });

  it('is in no folder that everybody may change', async () => {
    const day = path.join(folder, '2026-12-01');
    await mkdir(day);
    await chmod(day, 0o777);
    await expect(REAL_DISK.makeFolder(day)).rejects.toThrow(`others may change ${day}, `);
  });

  it('is not a second name of another file', async () => {
    await writeFile(precious(), 'precious');
    await link(precious(), file());
    await expect(write('keep')).rejects.toThrow(`${file()} belongs to another user`);
    expect(await readFile(precious(), 'utf8')).toBe('precious');
  });

  it('is not followed where it is a link', async () => {
    await writeFile(precious(), 'precious');
    await symlink(precious(), file());
    await expect(write('keep')).rejects.toThrow(/ELOOP/);
    await expect(REAL_DISK.truncate(file(), 0)).rejects.toThrow(/ELOOP/);
    await write('anew');
    expect(await readFile(file(), 'utf8')).toBe('new');
    expect(await readFile(precious(), 'utf8')).toBe('precious');
  });
});
