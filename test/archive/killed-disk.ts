import type { Disk, GrowingFile } from '../../archive/disk';
import { UNSYNCED_DISK } from './archived-day';

/** The process that used the disk is gone. */
export class Killed extends Error {}

/**
 * A disk whose user is killed at a step: that step is not done (an append is done by half), and none after it, as if
 * the process were gone.
 */
export class KilledDisk implements Disk {
  steps = 0;
  private readonly open: GrowingFile[] = [];

  /** @param at the step at which to kill, from 0; never when it is beyond the last */
  constructor(private readonly at: number) {}

  async makeFolder(folder: string): Promise<void> {
    this.step();
    await UNSYNCED_DISK.makeFolder(folder);
  }

  async grow(file: string, how: 'keep' | 'anew'): Promise<GrowingFile> {
    this.step();
    const real = await UNSYNCED_DISK.grow(file, how);
    this.open.push(real);
    return {
      append: async (bytes) => {
        if (this.steps === this.at) await real.append(bytes.subarray(0, Math.floor(bytes.length / 2)));
        this.step();
        await real.append(bytes);
      },
      sync: () => {
        this.step();
        return real.sync();
      },
      close: () => real.close(),
    };
  }

  async truncate(file: string, bytes: number): Promise<void> {
    this.step();
    await UNSYNCED_DISK.truncate(file, bytes);
  }

  async rename(from: string, to: string): Promise<void> {
    this.step();
    await UNSYNCED_DISK.rename(from, to);
  }

  async remove(file: string): Promise<void> {
    this.step();
    await UNSYNCED_DISK.remove(file);
  }

  /** The system closes a killed process's files. */
  async closeAll(): Promise<void> {
    await Promise.allSettled(this.open.map((file) => file.close()));
  }

  private step(): void {
    if (this.steps >= this.at) {
      this.steps = this.at;
      throw new Killed();
    }
    this.steps += 1;
  }
}
