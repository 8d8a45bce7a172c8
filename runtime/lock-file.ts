import { readFile, rm } from 'node:fs/promises';
import { codeOf } from './file-fault';
import { createFile, ownPlace, replaceFile } from './whole-file';

/** Another process has the lock. */
export class LockedFault extends Error {
  override readonly name = 'LockedFault';
  constructor(
    readonly file: string,
    readonly processId: number,
    /** What that process wrote into it by its `LockNote`. */
    readonly note: string | undefined,
  ) {
    super(`process ${processId} has ${file}`);
  }
}

/** Writes one line for those who find the lock taken, such as where the work can be reached. */
export type LockNote = (note: string) => Promise<void>;

/**
 * Does work that no other process of this machine does meanwhile. A lock that a killed process left is taken over, also
 * when its process id has been reused since.
 * @throws LockedFault when another process has it; FileNotWritten
 */
export async function withLockFile<T>(file: string, work: (note: LockNote) => Promise<T>): Promise<T> {
  const own = `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`;
  await takeLock(file, own);
  try {
    return await work((note) => replaceFile(file, `${own}${note}\n`));
  } finally {
    await rm(file, { force: true });
  }
}

/** Another command changes the same file; the message says what to do. */
export class ChangedByAnother extends Error {
  override readonly name = 'ChangedByAnother';
}

/**
 * Changes a file by one process of this machine at a time, by whichever link it is named: of two that began with the same content,
 * the later one would undo what the other did.
 * @throws ChangedByAnother, FileNotWritten
 */
export async function changeAlone<T>(file: string, change: () => Promise<T>): Promise<T> {
  try {
    return await withLockFile(`${await ownPlace(file)}.lock`, change);
  } catch (fault) {
    if (!(fault instanceof LockedFault)) throw fault;
    throw new ChangedByAnother(`Process ${fault.processId} changes ${file} just now; run this again.`);
  }
}

async function takeLock(file: string, own: string): Promise<void> {
  while (!(await createFile(file, own))) {
    const found = await readLock(file);
    if (found === undefined) continue; // its holder has just let it go
    const [holder = '', note] = found.trim().split('\n');
    const [processId = NaN, start] = holder.trim().split(' ').map(Number);
    if (await isRunning(processId, start)) throw new LockedFault(file, processId, note);
    // Of several processes that found it stale, one at a time removes it, and only while it is still that lock.
    await withLockFile(`${file}.takeover`, async () => {
      if ((await readLock(file)) === found) await rm(file);
    });
  }
}

/** @returns nothing when there is no lock */
async function readLock(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (fault) {
    if (codeOf(fault) !== 'ENOENT') throw fault;
    return undefined;
  }
}

/** @param start of the process that left the lock; nothing where it is not known */
async function isRunning(processId: number, start: number | undefined): Promise<boolean> {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0); // sends nothing
  } catch (fault) {
    if (codeOf(fault) !== 'EPERM') return false;
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
