import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually';

const run = promisify(execFile);

const DISK_BYTES = 256 * 1024 ** 2;
/** The first piece by which the disk is filled, and the last, a block. */
const LARGEST_PIECE_BYTES = 64 * 1024 ** 2;
const BLOCK_BYTES = 4_096;

/** No disk of our own can be had here; the message says why. */
export class NoDiskOfOurOwn extends Error {
  override readonly name = 'NoDiskOfOurOwn';
}

/**
 * A small ext4 file system of our own, on a loop device. It can be full, and it can fail: then the kernel itself makes
 * it read-only, as it does after an I/O error, and what was not synced is lost.
 */
export class TroubledDisk {
  private constructor(
    private readonly home: string,
    /** Where it is mounted. */
    readonly folder: string,
    private readonly device: string,
  ) {}

  /** @throws NoDiskOfOurOwn where loop devices or mounting are not permitted, or the system is another */
  static async make(): Promise<TroubledDisk> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'troubled-disk-'));
    const image = path.join(home, 'image');
    const folder = path.join(home, 'disk');
    let device = '';
    try {
      await writeFile(image, '');
      await truncate(image, DISK_BYTES);
      await mkdir(folder);
      await run('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
      device = (await run('losetup', ['--find', '--show', image])).stdout.trim();
      const disk = new TroubledDisk(home, folder, device);
      await disk.mount();
      return disk;
    } catch (fault) {
      if (device) await run('losetup', ['--detach', device]);
      await rm(home, { recursive: true, force: true });
      const why = fault instanceof Error ? fault.message.trim() : String(fault);
      throw new NoDiskOfOurOwn(`No loop device can be mounted here: ${why}`);
    }
  }

  /** Not one block is left. */
  async fill(): Promise<void> {
    let at = 0;
    for (let piece = LARGEST_PIECE_BYTES; piece >= BLOCK_BYTES;) {
      try {
        await run('fallocate', ['--offset', `${at}`, '--length', `${piece}`, this.filler]);
        at += piece;
      } catch {
        piece /= 2; // no room for so much
      }
    }
  }

  async empty(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  /** Every write fails with EROFS from now on, also by whoever has a file open. */
  async fail(): Promise<void> {
    await writeFile(`/sys/fs/ext4/${path.basename(this.device)}/trigger_fs_error`, '1');
  }

  /** What an operator does: unmounts, checks and mounts. Whoever has a file open on it must be gone. */
  async repair(): Promise<void> {
    await this.unmount();
    // 1 says that something was repaired
    await run('e2fsck', ['-f', '-y', this.device]).catch((fault: { code?: unknown }) => {
      if (fault.code !== 1) throw fault;
    });
    await this.mount();
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  async remove(): Promise<void> {
    await this.unmount();
    await run('losetup', ['--detach', this.device]);
    await rm(this.home, { recursive: true, force: true });
  }

  private get filler(): string {
    return path.join(this.folder, 'filler');
  }

  private async mount(): Promise<void> {
    await run('mount', ['-o', 'errors=remount-ro', this.device, this.folder]);
  }

  /** A process that was killed a moment ago may still hold it. */
  private async unmount(): Promise<void> {
    await eventually('the disk to be unmounted', () =>
      run('umount', [this.folder]).then(
        () => true,
        () => undefined,
      ),
    );
  }
}
