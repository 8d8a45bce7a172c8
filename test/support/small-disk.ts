import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Bytes that are written at once to fill a disk. */
const FILLING_STEP_BYTES = 4096;

/** A real file system of a few kilobytes, in memory, that a test may fill or make read-only. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @returns nothing where this process may not mount: on other systems than Linux, or without root's rights */
  static mount(kilobytes: number): SmallDisk | undefined {
    const folder = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'small-disk', folder], {
        stdio: 'ignore',
      });
      return new SmallDisk(folder);
    } catch {
      rmdirSync(folder);
      return undefined;
    }
  }

  path(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Fills it to its last byte, but for `leaving` bytes; `free` gives the room back. */
  fill(leaving = 0): void {
    const filler = this.path('filler');
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(FILLING_STEP_BYTES), { flag: 'a' });
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault; // Node's file errors carry a code
    }
    if (leaving > 0) execFileSync('truncate', ['-s', String(statSync(filler).size - leaving), filler]);
  }

  free(): void {
    rmSync(this.path('filler'), { force: true });
  }

  makeReadOnly(readOnly: boolean): void {
    execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.folder]);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder]); // a file that is still open does not keep it
    rmdirSync(this.folder);
  }
}

/** What a skipped test says of itself. */
export const NO_SMALL_DISK = 'not tried here: this process may not mount a file system';

/**
 * Mounts a new file over another place by itself, as containers are given single files.
 * @returns what unmounts it; nothing where this process may not mount
 */
export function mountedByItself(source: string, place: string, content: string): (() => void) | undefined {
  writeFileSync(source, content);
  writeFileSync(place, '');
  try {
    execFileSync('mount', ['--bind', source, place], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return () => execFileSync('umount', ['-l', place]);
}
