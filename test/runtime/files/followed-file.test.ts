import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { followFile } from '../../../runtime/followed-file';
import { mountedByItself } from '../../support/small-disk';

let folder: string;
let file: string;
let now: number;
let seen: string[];
let fails: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'followed-file-'));
  file = path.join(folder, 'channels.json');
  [now, seen, fails] = [0, [], undefined];
  writeFileSync(file, 'first');
});
afterEach(() => rmSync(folder, { recursive: true }));

function follow(): () => string {
  const content = followFile(file, read, {
    onUnusable: (fault) => seen.push(String(fault)),
    onUsable: () => seen.push('usable'),
    clock: () => now,
  });
  return () => {
    now += 1_000;
    return content();
  };
}

function read(place: string): string {
  if (fails !== undefined) throw new Error(fails);
  return readFileSync(place, 'utf8');
}

describe('a file that could not be read at the moment of its change', () => {
  it('is read as soon as it can be, although it has not changed again', () => {
    const content = follow();
    writeFileSync(file, 'second');
    fails = 'EMFILE';
    expect([content(), content()]).toEqual(['first', 'first']);
    fails = undefined;
    expect(content()).toBe('second');
    expect(seen).toEqual(['Error: EMFILE', 'usable']);
  });

  it('is reported again each minute for as long as it cannot be read', () => {
    const content = follow();
    writeFileSync(file, 'second');
    fails = 'EACCES';
    for (let second = 0; second < 60; second++) content();
    expect(seen).toEqual(['Error: EACCES']);
    content();
    expect(seen).toEqual(['Error: EACCES', 'Error: EACCES']);
  });

  it('is reported at once when it fails for another reason', () => {
    const content = follow();
    writeFileSync(file, 'second');
    fails = 'EACCES';
    content();
    fails = 'EIO';
    content();
    expect(seen).toEqual(['Error: EACCES', 'Error: EIO']);
  });
});

describe('a file that changes', () => {
  it('is read again also where its size and its time of change were put back', () => {
    const before = statSync(file);
    const content = follow();
    writeFileSync(file, 'other');
    utimesSync(file, before.atime, before.mtime);
    expect(content()).toBe('other');
  });

  it('is read again when its rights change', () => {
    const content = follow();
    content();
    chmodSync(file, 0o400);
    fails = 'EACCES'; // root may read whatever its rights are
    content();
    expect(seen).toEqual(['Error: EACCES']);
  });
});

describe('a file that is mounted by itself, and replaced where it comes from', () => {
  it('is said to be out of sight, since the new one cannot be seen here', () => {
    const source = path.join(folder, 'of-the-host.json');
    const unmount = mountedByItself(source, file, 'first');
    if (!unmount) return; // this process may not mount
    try {
      const content = follow();
      writeFileSync(`${source}.new`, 'second');
      renameSync(`${source}.new`, source);
      expect([content(), content()]).toEqual(['first', 'first']);
      expect(seen).toEqual([
        expect.stringContaining(
          `${file} was replaced where it is mounted from, and the new one cannot be seen here`,
        ),
      ]);
    } finally {
      unmount();
    }
  });
});
