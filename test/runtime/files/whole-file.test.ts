import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import promises, { open, readFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeJsonFile } from '../../../runtime/json-file';
import { createFile, replaceFile, rewriteFile } from '../../../runtime/whole-file';
import { mountedByItself, NO_SMALL_DISK, SmallDisk } from '../../support/small-disk';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whole-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that is replaced', () => {
  it('has the new content, is for its owner only, and is alone in its folder', async () => {
    const file = path.join(folder, 'deep', 'channels.json');
    await replaceFile(file, 'first');
    await replaceFile(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(['channels.json']);
  });

  it('becomes its owner’s only also where others could read the one before', async () => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first', { mode: 0o644 });
    await replaceFile(file, 'second');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('stays where a link points, so that the link’s other readers see the change', async () => {
    const [target, link] = [path.join(folder, 'keys-of-the-volume.json'), path.join(folder, 'keys.json')];
    writeFileSync(target, 'first');
    symlinkSync(target, link);
    await replaceFile(link, 'second');
    expect(readlinkSync(link)).toBe(target);
    expect(readFileSync(target, 'utf8')).toBe('second');
  });

  const asRoot = process.geteuid?.() === 0 ? it : it.skip; // only root gives links away

  asRoot('is not where a link of another user leads, which is left as it is', async () => {
    const [precious, report] = [path.join(folder, 'keys.json'), path.join(folder, 'report.json')];
    writeFileSync(precious, 'precious');
    symlinkSync(precious, report);
    lchownSync(report, 61_301, 61_301);
    await expect(replaceFile(report, 'report')).rejects.toThrow(
      `${report} was not written (it is a link or pipe of another user): make it your own, or name another file.`,
    );
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual(['keys.json', 'report.json']);
  });

  asRoot('is not where a link of another user leads that is one of the folders above', async () => {
    const [own, led] = [path.join(folder, 'own'), path.join(folder, 'led')];
    mkdirSync(own);
    symlinkSync(own, led);
    lchownSync(led, 61_301, 61_301);
    await expect(replaceFile(path.join(led, 'report.json'), 'report')).rejects.toThrow('of another user');
    expect(readdirSync(own)).toEqual([]);
  });

  asRoot(
    'is not a pipe of another user, also where it was something else when it was looked at',
    async () => {
      const pipe = path.join(folder, 'report.json');
      execFileSync('mkfifo', [pipe]);
      lchownSync(pipe, 61_301, 61_301);
      const { lstat } = promises;
      const looks = jest
        .spyOn(promises, 'lstat')
        .mockImplementation((place) => lstat(place === pipe ? '/dev/null' : place));
      const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      await expect(replaceFile(pipe, 'report')).rejects.toThrow('of another user');
      await reader.close();
      looks.mockRestore();
    },
  );

  asRoot('is where a link of the program’s owner leads, who could change the program as well', async () => {
    const [target, report] = [path.join(folder, 'kept.json'), path.join(folder, 'report.json')];
    writeFileSync(target, 'first');
    symlinkSync(target, report);
    lchownSync(report, 61_301, 61_301);
    const ofProgram = { uid: 61_301 } as Stats; // nothing else of it is looked at
    const stat = jest.spyOn(fs, 'statSync').mockReturnValue(ofProgram);
    await replaceFile(report, 'report').finally(() => stat.mockRestore());
    expect(readFileSync(target, 'utf8')).toBe('report');
  });

  it('leaves no part behind where it cannot be put in place, and the error names it', async () => {
    const file = path.join(folder, 'channels.json');
    mkdirSync(path.join(file, 'a-folder-with-content'), { recursive: true });
    await expect(replaceFile(file, 'secret')).rejects.toThrow(
      `${file} was not written (it is a folder); what was there before is unchanged.`,
    );
    expect(readdirSync(folder)).toEqual(['channels.json']);
  });
});

/** The user and group of a service that are not this process's own. */
const SERVICE = { uid: 61_301, gid: 61_302 };
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('a file that running services follow', () => {
  const rightsOf = (file: string) => {
    const { uid, gid, mode } = statSync(file);
    return { uid, gid, mode: mode & 0o777 };
  };

  /** Does it as a user without rights over others’ files. */
  async function asService(work: () => Promise<void>): Promise<void> {
    const groups = process.getgroups?.() ?? [];
    process.setgroups?.([]);
    process.setegid?.(SERVICE.gid);
    process.seteuid?.(SERVICE.uid);
    try {
      await work();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.setgroups?.(groups);
    }
  }

  it.each([0o600, 0o640])('keeps its rights when a command changes it: %o', async (mode) => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first');
    chmodSync(file, mode);
    const before = rightsOf(file);
    await rewriteFile(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(rightsOf(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['channels.json']);
  });

  asRoot('stays to be read by all where it is root’s, since a service may read it so', async () => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first');
    chmodSync(file, 0o644);
    await rewriteFile(file, 'second');
    expect(rightsOf(file).mode).toBe(0o644);
  });

  asRoot('is read by no others any more where its owner changes it, who is not root', async () => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first');
    chmodSync(file, 0o644);
    for (const place of [folder, file]) chownSync(place, SERVICE.uid, SERVICE.gid);
    await asService(() => rewriteFile(file, 'second'));
    expect(rightsOf(file)).toEqual({ ...SERVICE, mode: 0o640 });
  });

  asRoot('is changed by its owner where its group, which the owner is not in, has no rights', async () => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first', { mode: 0o600 });
    chownSync(folder, SERVICE.uid, SERVICE.gid);
    chownSync(file, SERVICE.uid, 61_303);
    await asService(() => rewriteFile(file, 'second'));
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(rightsOf(file)).toEqual({ ...SERVICE, mode: 0o600 });
  });

  asRoot('stays the service’s own when root changes it', async () => {
    const file = path.join(folder, 'channels.json');
    writeFileSync(file, 'first');
    chmodSync(file, 0o640);
    chownSync(file, SERVICE.uid, SERVICE.gid);
    await rewriteFile(file, 'second');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(rightsOf(file)).toEqual({ ...SERVICE, mode: 0o640 });
  });

  asRoot(
    'is left as it was by a user who cannot leave it to its owner, and the error says who can',
    async () => {
      const file = path.join(folder, 'channels.json');
      writeFileSync(file, 'first', { mode: 0o644 });
      chmodSync(folder, 0o777);
      await asService(() =>
        expect(rewriteFile(file, 'second')).rejects.toThrow(
          `${file} was not written (it belongs to the user 0 and the group 0, and would not stay theirs); ` +
            'what was there before is unchanged. Run this as that user or as root.',
        ),
      );
      expect(readFileSync(file, 'utf8')).toBe('first');
      expect(rightsOf(file)).toEqual({ uid: 0, gid: 0, mode: 0o644 });
      expect(readdirSync(folder)).toEqual(['channels.json']);
    },
  );

  it('is for its owner only when it is new', async () => {
    const file = path.join(folder, 'channels.json');
    await rewriteFile(file, 'first');
    expect(rightsOf(file).mode).toBe(0o600);
  });

  it('is left as it was where it is mounted by itself, and the error says what to mount', async () => {
    const file = path.join(folder, 'channels.json');
    const unmount = mountedByItself(path.join(folder, 'of-the-host.json'), file, 'first');
    if (!unmount) return; // this process may not mount
    try {
      await expect(rewriteFile(file, 'second')).rejects.toThrow(
        `${file} was not written (it is mounted by itself: mount its folder instead); what was there before is unchanged.`,
      );
      expect(readFileSync(file, 'utf8')).toBe('first');
    } finally {
      unmount();
    }
  });
});

describe('a file that must outlive a power cut', () => {
  it('is synchronised before it gets its name, and its folder after', async () => {
    const file = path.join(folder, 'keys.json');
    const handle = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'sync'>; // of all handles
    await handle.close();
    const isNamed: boolean[] = [];
    const sync = jest.spyOn(prototype, 'sync').mockImplementation(() => {
      isNamed.push(existsSync(file));
      return Promise.resolve();
    });
    await replaceFile(file, 'first').finally(() => sync.mockRestore());
    expect(isNamed).toEqual([false, true]);
  });
});

describe('a pipe, such as the standard output of a command', () => {
  it('gets the content and stays a pipe', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [heard] = await Promise.all([readFile(pipe, 'utf8'), replaceFile(pipe, 'a record')]);
    expect(heard).toBe('a record');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});

describe('a file that is created', () => {
  it('never takes the place of one that is there', async () => {
    const file = path.join(folder, 'keys.json');
    expect(await createFile(file, 'first')).toBe(true);
    expect(await createFile(file, 'second')).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is made by one of many that try at once', async () => {
    const file = path.join(folder, 'keys.json');
    const made = await Promise.all(Array.from({ length: 20 }, (_, one) => createFile(file, `${one}`)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(String(made.indexOf(true)));
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });
});

const disk = SmallDisk.mount(64);
const onSmallDisk = disk ? it : it.skip;
afterEach(() => disk?.free());
afterAll(() => disk?.unmount());

describe(`secrets on a disk that takes no more${disk ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  const secrets = { keys: ['x'.repeat(8000)] };
  const onDisk = (): SmallDisk => {
    if (!disk) throw new Error(NO_SMALL_DISK);
    return disk;
  };

  onSmallDisk.each([
    ['no byte', 0],
    ['a part of them', 4096],
  ])('are as before when the disk has room for %s, and no part of the new ones is left', async (_, room) => {
    const file = onDisk().path('encryption-keys.json');
    await writeJsonFile(file, { keys: [] });
    const before = readFileSync(file, 'utf8');
    onDisk().fill(room);
    await expect(writeJsonFile(file, secrets)).rejects.toThrow(
      `${file} was not written (the disk is full); what was there before is unchanged.`,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(onDisk().folder).toSorted()).toEqual(['encryption-keys.json', 'filler']);
    onDisk().free();
    await writeJsonFile(file, secrets);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(secrets);
  });

  onSmallDisk('are as before when the disk is read-only', async () => {
    const file = onDisk().path('encryption-keys.json');
    await writeJsonFile(file, { keys: [] });
    onDisk().makeReadOnly(true);
    try {
      await expect(writeJsonFile(file, secrets)).rejects.toThrow(
        /encryption-keys\.json was not written \(the file system is read-only\)/,
      );
    } finally {
      onDisk().makeReadOnly(false);
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ keys: [] });
  });
});
