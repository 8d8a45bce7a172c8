import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Where Debian's package `libfaketime` puts the library, on the system or unpacked below `.cache/faketime`. */
const ROOTS = ['/', path.resolve(__dirname, '../../.cache/faketime')];

/** The library by which a process sees another time than the system has; nothing where it is not installed. */
export function faketimeLibrary(): string | undefined {
  return ROOTS.map((root) => path.join(root, 'usr/lib'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((machine) => path.join(folder, machine, 'faketime')))
    .flatMap((folder) => ['libfaketimeMT.so.1', 'libfaketime.so.1'].map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** The wall clock of some processes, which can be stepped while they run; monotonic time goes on as it is. */
export class SteppedClock {
  private constructor(
    private readonly folder: string,
    private readonly library: string,
  ) {}

  /** @param library as `faketimeLibrary` has it */
  static async make(library: string): Promise<SteppedClock> {
    const clock = new SteppedClock(await mkdtemp(path.join(os.tmpdir(), 'stepped-clock-')), library);
    await clock.step(0);
    return clock;
  }

  /** With which a process is to be started; each of them looks at the clock's file once a second. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets the clock so many seconds before (negative) or after the right time. */
  async step(bySeconds: number): Promise<void> {
    const next = `${this.file}.next`;
    await writeFile(next, `${bySeconds < 0 ? '' : '+'}${bySeconds}\n`);
    await rename(next, this.file); // or a process could read half of it
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return path.join(this.folder, 'offset');
  }
}
