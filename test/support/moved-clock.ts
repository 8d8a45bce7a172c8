import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { localDayStart, type LocalDay } from '../../domain/local-time';

const NOON_MS = 12 * 60 * 60 * 1000;

/** A clock of programs that a test moves while they run. */
export class MovedClock {
  /** The environment of a program that goes by it. */
  readonly settings: Readonly<Record<string, string>>;

  constructor(private readonly file: string) {
    this.settings = {
      NODE_OPTIONS: `--require ${path.join(__dirname, 'clock-ahead.cjs')}`,
      MOVED_CLOCK: file,
    };
  }

  /** Noon of a Vietnamese day, so that no midnight falls into what a test does then. */
  async toNoonOf(day: LocalDay): Promise<void> {
    await this.to(localDayStart(day) + NOON_MS);
  }

  /** @param moment milliseconds since 1970 */
  async to(moment: number): Promise<void> {
    await writeFile(this.file, String(moment - Date.now()));
  }
}
