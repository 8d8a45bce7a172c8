import path from 'node:path';
import type { LocalDay } from '../domain/local-time';
import { LockedFault, withLockFile } from '../runtime/lock-file';

/** The files of one day of an archive. */
export interface DayFiles {
  folder: string;
  /** One purchase a line, in the order of acceptance. */
  purchases: string;
  /** Where each purchase is in it, by its id. */
  index: string;
  purchasesCsv: string;
  stepsCsv: string;
  /** Digests of the other files; written last. */
  manifest: string;
  /** Purchases read so far, while a day is being exported. */
  journal: string;
}

export function dayFiles(archive: string, day: LocalDay): DayFiles {
  const folder = path.join(archive, day);
  const named = (name: string) => path.join(folder, name);
  return {
    folder,
    purchases: named(`purchases-${day}.ndjson`),
    index: named(`index-${day}.txt`),
    purchasesCsv: named(`purchases-${day}.csv`),
    stepsCsv: named(`steps-${day}.csv`),
    manifest: named(`manifest-${day}.json`),
    journal: named(`journal-${day}.partial`),
  };
}

/** A file of the archive is unusable; the message begins with its path. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault';

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}

/**
 * Does work on an archive while no other process exports into it.
 * @throws ArchiveFault when another process has it
 */
export async function withArchiveLock<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withLockFile(path.join(archive, 'export.lock'), work);
  } catch (fault) {
    if (!(fault instanceof LockedFault)) throw fault;
    throw new ArchiveFault(
      fault.file,
      `process ${fault.processId} is exporting into this archive. Wait until it ends; remove the file if it was left by another machine.`,
    );
  }
}
