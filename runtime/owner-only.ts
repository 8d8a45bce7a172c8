import type { Stats } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** What we write holds secrets or subscriber numbers: it is read by its owner only. */
export const OWNER_ONLY = { file: 0o600, folder: 0o700 } as const;

const OTHERS = 0o077;
/** Read and write. A folder that others may only pass through is so on purpose: see `dev/cluster/database-folder.ts`. */
const OTHERS_SEE = 0o066;
/** A folder that belongs to everybody, such as /tmp. */
const STICKY = 0o1000;

/**
 * Keeps every file and folder that this process makes from now on to their owner, whatever the umask of whoever started
 * it; its child processes inherit that, such as the Temporal server with its database. Called first by every entry point.
 */
export function writeForOwnerOnly(): void {
  process.umask(OTHERS);
}

/**
 * Takes a folder of ours and all in it from others who may read it, as earlier versions let them. What another user owns
 * is left alone, and so is what a link leads to.
 */
export async function closeToOthers(folder: string): Promise<void> {
  const found = await statsOf(folder);
  if (!found?.isDirectory() || found.uid !== process.getuid?.() || (found.mode & STICKY) !== 0) return;
  if ((found.mode & OTHERS_SEE) !== 0) await change(folder, OWNER_ONLY.folder);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // gone meanwhile
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await closeToOthers(place);
    else if (entry.isFile()) await closeFile(place);
  }
}

async function closeFile(file: string): Promise<void> {
  const found = await statsOf(file);
  if (!found || found.uid !== process.getuid?.() || (found.mode & OTHERS) === 0) return;
  await change(file, found.mode & 0o700);
}

function statsOf(place: string): Promise<Stats | undefined> {
  return lstat(place).catch(() => undefined); // files come and go while another process uses the folder
}

/** A read-only file system keeps what it has; whoever must write there reports that. */
async function change(place: string, mode: number): Promise<void> {
  await chmod(place, mode).catch(() => undefined);
}
