import {
  chmod,
  link,
  mkdtemp,
  open,
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

/** What was made until now is of another user than the one who goes on. */
function asAnotherUser(): void {
  const own = process.geteuid?.() ?? 0;
  jest.spyOn(process, 'geteuid').mockReturnValue(own + 1);
}
afterEach(() => jest.restoreAllMocks());

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

  it('is refused although its mode can be changed, as root can change every mode', async () => {
    await writeFile(file(), 'old, ');
    asAnotherUser();
    await expect(write('keep')).rejects.toThrow(
      `${file()} belongs to another user, who could read what is added`,
    );
    expect(await readFile(file(), 'utf8')).toBe('old, ');
    await write('anew');
    expect(await readFile(file(), 'utf8')).toBe('new');
  });

  it('is no other user’s where it is only now made, whatever owner a network’s disk says', async () => {
    asAnotherUser();
    await write('keep');
    expect(await readFile(file(), 'utf8')).toBe('new');
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

describe('the folder of a day that is exported', () => {
  const day = () => path.join(folder, '2026-12-01');

  it('is made, for its owner only, and used again', async () => {
    await REAL_DISK.makeFolder(day());
    await REAL_DISK.makeFolder(day());
    expect(await modeOf(day())).toBe(0o700);
  });

  it('is refused where it is another user’s, who could change what is exported', async () => {
    await REAL_DISK.makeFolder(day());
    asAnotherUser();
    await expect(REAL_DISK.makeFolder(day())).rejects.toThrow(
      `${day()} belongs to another user, who could change what is exported: export into another folder`,
    );
  });

  it('is no other user’s where it is only now made', async () => {
    asAnotherUser();
    await expect(REAL_DISK.makeFolder(day())).resolves.toBeUndefined();
  });

  it('is refused where a link of another user leads to one of our own', async () => {
    await REAL_DISK.makeFolder(precious());
    await symlink(precious(), day());
    await REAL_DISK.makeFolder(day());
    asAnotherUser();
    await expect(REAL_DISK.makeFolder(day())).rejects.toThrow('belongs to another user');
  });
});
