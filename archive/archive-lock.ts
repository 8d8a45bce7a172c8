import path from 'node:path';
import { LockedFault, withLockFile } from '../runtime/lock-file';
import { ArchiveFault } from './archive-files';

/**
 * Does work on an archive that nobody else exports into meanwhile.
 * @throws ArchiveFault when another process has it
 */
export async function withArchiveLock<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withLockFile(path.join(archive, 'export.lock'), work);
  } catch (fault) {
    if (!(fault instanceof LockedFault)) throw fault;
    throw new ArchiveFault(
      fault.file,
      `process ${fault.processId} is exporting into this archive. Wait for it; remove the file if it is of another machine.`,
    );
  }
}
