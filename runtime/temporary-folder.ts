import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';

const HOST = encodeURIComponent(hostname());
/** Its kind, machine and process; the end is the system's. */
const NAME = /^datacode-[a-z]+-(?<host>.+)-(?<pid>\d+)-[A-Za-z0-9]{6}$/;

/**
 * A new folder for temporary files, for this user only. The caller removes it; where it is killed first, a later process does.
 * @param kind what is in it, in small letters
 */
export async function temporaryFolder(kind: string): Promise<string> {
  await removeAbandoned((pid) => pid === process.pid || isAlive(pid));
  return mkdtemp(path.join(tmpdir(), `datacode-${kind}-${HOST}-${process.pid}-`));
}

/**
 * Removes what killed processes of this machine left: it may hold subscribers' numbers. Called at a start, when this process has
 * made no such folder itself, since in a container the one before had the same id.
 */
export function removeAbandonedFolders(): Promise<void> {
  return removeAbandoned((pid) => pid !== process.pid && isAlive(pid));
}

async function removeAbandoned(isUsed: (pid: number) => boolean): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const { host, pid } = NAME.exec(name)?.groups ?? {};
    if (host !== HOST || isUsed(Number(pid))) continue;
    const folder = path.join(tmpdir(), name);
    if (await isOurs(folder)) await rm(folder, { recursive: true, force: true }).catch(() => undefined); // one more did
  }
}

/** In a folder of another user, a link put in at the right moment would have root remove other files. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined); // it is gone meanwhile
  return found !== undefined && found.isDirectory() && found.uid === (process.geteuid?.() ?? found.uid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM'; // Node's errors of the system have one
  }
}
