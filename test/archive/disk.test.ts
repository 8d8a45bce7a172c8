import { chmod, link, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
