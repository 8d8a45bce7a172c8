import { readFile, rm } from 'node:fs/promises';
import { createFile, replaceFile } from './whole-file';

/** Another process has the lock. */
export class LockedFault extends Error {
  override readonly name = 'LockedFault';
  constructor(
    readonly file: string,
    readonly processId: number,
  ) {
    super(`process ${processId} has ${file}`);
  }
}

/**
 * Does work that no other process of this machine does meanwhile. A lock that a killed process left is taken over, also
 * when its number has been given to another process since.
 * @throws LockedFault when another process has it; whatever the file system says against the file
 */
export async function withLockFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  await takeLock(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function takeLock(file: string): Promise<void> {
  const own = `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`;
  if (await createFile(file, own)) return;
  const [processId = NaN, start] = (await readFile(file, 'utf8')).trim().split(' ').map(Number);
  if (await isRunning(processId, start)) throw new LockedFault(file, processId);
  await replaceFile(file, own);
}

/** @param start of the process that left the lock; nothing where it is not known */
async function isRunning(processId: number, start: number | undefined): Promise<boolean> {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0); // sends nothing
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EPERM') return false; // Node's own errors carry a code
  }
  const now = await startOf(processId);
  return start === undefined || now === undefined || start === now;
}

/** When a process began, in ticks since the machine did; nothing where there is no /proc to ask. */
async function startOf(processId: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${processId}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD]);
  } catch {
    return undefined;
  }
}

/** Of /proc/<pid>/stat after the name in parentheses, which may hold anything: field 22 of proc(5). */
const START_FIELD = 19;
