import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SIZE = '64M';

/**
 * A real file system in a file, whose power can be cut: what was not synchronised to it is then lost, as the memory of
 * a machine is.
 */
export class CuttableDisk {
  private constructor(private readonly base: string) {}

  /** @returns nothing where this process may not mount one: on other systems than Linux, or without root's rights */
  static mount(): CuttableDisk | undefined {
    const disk = new CuttableDisk(mkdtempSync(path.join(tmpdir(), 'cuttable-disk-')));
    try {
      run('truncate', '-s', SIZE, disk.image('before'));
      run('mkfs.ext4', '-q', '-F', disk.image('before'));
      disk.mountImage('before');
      return disk;
    } catch {
      rmSync(disk.base, { recursive: true });
      return undefined;
    }
  }

  get folder(): string {
    return path.join(this.base, 'before');
  }

  /**
   * The disk as it would be after a power cut at this moment; what uses it now goes on without knowing.
   * @returns the folder in which it is mounted
   */
  cutPower(): string {
    // pages that are only in the memory of the mounted file system are not in its image
    run('cp', '--sparse=always', this.image('before'), this.image('after'));
    return this.mountImage('after');
  }

  unmount(): void {
    for (const name of ['before', 'after'] as const) {
      try {
        run('umount', '-l', path.join(this.base, name));
      } catch {
        // it never was mounted
      }
    }
    rmSync(this.base, { recursive: true });
  }

  private image(name: 'before' | 'after'): string {
    return path.join(this.base, `${name}.img`);
  }

  private mountImage(name: 'before' | 'after'): string {
    const folder = path.join(this.base, name);
    mkdirSync(folder);
    run('mount', '-o', 'loop', this.image(name), folder);
    return folder;
  }
}

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { stdio: 'ignore' });
}
