import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createFile, replaceFile } from '../runtime/whole-file';
import { ArchiveFault } from './archive-files';

/**
 * Does work on an archive that nobody else exports into meanwhile. A lock that a killed run left on this machine is
 * taken over.
 * @throws ArchiveFault when another process has it
 */
export async function withArchiveLock<T>(archive: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(archive, 'export.lock');
  await takeLock(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function takeLock(file: string): Promise<void> {
  const own = `${process.pid}\n`;
  if (await createFile(file, own)) return;
  const holder = Number(await readFile(file, 'utf8'));
  if (isRunning(holder)) {
    throw new ArchiveFault(
      file,
      `process ${holder} is exporting into this archive. Wait for it; remove the file if it is of another machine.`,
    );
  }
  await replaceFile(file, own);
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0); // sends nothing
    return true;
  } catch (fault) {
    return codeOf(fault) === 'EPERM';
  }
}

function codeOf(fault: unknown): string | undefined {
  return (fault as NodeJS.ErrnoException).code; // Node's own errors carry a code
}
