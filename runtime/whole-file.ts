import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { link, lstat, open, readlink, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, OF_ANOTHER_USER, reasonOf } from './file-fault';
import { makeFolder } from './folder';
import { isStrangers } from './own-place.cjs';
import { OWNER_ONLY } from './owner-only';

/** A file could not be written; the message names it and says why, the cause is the system's error. */
export class FileNotWritten extends Error {
  override readonly name = 'FileNotWritten';
}

/** A text, or the pieces of a file in order, so that a large one is never in memory as a whole. */
export type FileContent = string | Iterable<string> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file of secrets or state: whole or not at all, for its owner only, and there after a power cut once this
 * returns. Its folder is made when missing; a symbolic link stays and its target is replaced, unless another user of the machine
 * made the link, who is not the program's owner. A path that is not a regular file, such as `/dev/stdout`, is written to directly.
 * @throws FileNotWritten; nothing of the new content is left then
 */
export async function replaceFile(file: string, content: FileContent): Promise<void> {
  const { place, found, isBehindLink } = await judged(file);
  // behind links, as of /dev/stdout, what is written to need not have a place of its own
  const there = found ?? (isBehindLink ? await stat(file).catch(() => undefined) : undefined);
  if (there && !there.isFile() && !there.isDirectory())
    return found ? writeInto(file, place, content) : writeFile(file, content);
  await written(file, place, content, (unfinished) => rename(unfinished, place));
}

/** What was judged may be another by now: it is judged once more by what was opened, and nothing is made there. */
async function writeInto(file: string, place: string, content: FileContent): Promise<void> {
  const handle = await open(place, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    if (isStrangers(await handle.stat())) throw isOfAnother(file);
    await writeFile(handle, content);
  } finally {
    await handle.close();
  }
}

/**
 * As `replaceFile`, for a file that running processes follow: it stays its owner's and group's, with the same rights, so that a
 * service of another user can read what root changed. Where its owner changes it, who is not root, others lose theirs.
 * @throws FileNotWritten, also where that cannot be kept; the file is then as it was
 */
export async function rewriteFile(file: string, content: string): Promise<void> {
  const before = await stat(file).catch(() => undefined); // there is none yet
  if (!before?.isFile()) return replaceFile(file, content);
  const place = await ownPlace(file);
  await written(file, place, content, (unfinished) => rename(unfinished, place), before);
}

/**
 * As `replaceFile`, but only where there is no such file yet; of several processes at once one writes it.
 * @returns whether it was written by this call
 * @throws FileNotWritten
 */
export async function createFile(file: string, content: string): Promise<boolean> {
  try {
    // unlike a rename, a link never replaces the file that another process just made
    await written(file, file, content, (unfinished) => link(unfinished, file));
    return true;
  } catch (fault) {
    if (fault instanceof FileNotWritten && codeOf(fault.cause) === 'EEXIST') return false;
    throw fault;
  }
}

/** As many links in a row as Linux follows. */
const MAX_LINKS = 40;

/**
 * Where a path's links lead.
 * @throws FileNotWritten when one of them, a link in the folders above, or a pipe there, is another user's: he would choose what is
 *   replaced, or read it
 */
export async function ownPlace(file: string): Promise<string> {
  return (await judged(file)).place;
}

/** A place that was looked at once: what is there is what was judged. */
interface Judged {
  place: string;
  found: Stats | undefined;
  isBehindLink: boolean;
}

async function judged(file: string): Promise<Judged> {
  await requireOwnFolders(file);
  let place = file;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await lstat(place).catch(() => undefined);
    const isBehindLink = links > 0;
    if (!found) return { place: file, found, isBehindLink }; // nothing there yet; a link that leads nowhere is replaced
    const isPlain = !found.isSymbolicLink() && !found.isFIFO();
    if (!isPlain && isStrangers(found)) throw isOfAnother(file);
    if (!found.isSymbolicLink()) return { place, found, isBehindLink };
    place = path.resolve(path.dirname(place), await readlink(place));
  }
  return { place, found: undefined, isBehindLink: true };
}

async function requireOwnFolders(file: string): Promise<void> {
  const root = path.parse(path.resolve(file)).root;
  for (let folder = path.dirname(path.resolve(file)); folder !== root; folder = path.dirname(folder)) {
    const found = await lstat(folder).catch(() => undefined); // it may still be to be made
    if (found?.isSymbolicLink() && isStrangers(found)) throw isOfAnother(file);
  }
}

function isOfAnother(file: string): FileNotWritten {
  const cause = Object.assign(new Error('a link or pipe of another user'), { code: OF_ANOTHER_USER });
  return new FileNotWritten(
    `${file} was not written (${reasonOf(cause)}): make it your own, or name another file.`,
    { cause },
  );
}

async function written(
  file: string,
  place: string,
  content: FileContent,
  putInPlace: (unfinished: string) => Promise<void>,
  before?: Stats,
): Promise<void> {
  const folder = path.dirname(place);
  const unfinished = `${place}.${randomBytes(4).toString('hex')}`;
  try {
    await makeFolder(folder);
    await writeDurably(unfinished, content, before);
    await putInPlace(unfinished);
  } catch (fault) {
    const reason = `${file} was not written (${fault instanceof NotKept ? fault.message : reasonOf(fault)}); what was there before is unchanged.${fault instanceof NotKept ? ' Run this as that user or as root.' : ''}`;
    throw new FileNotWritten(reason, { cause: fault });
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined); // a disk that takes no write has no part of it
  }
  await syncFolder(folder).catch((fault: unknown) => {
    throw new FileNotWritten(
      `${file} was written, but may be lost in a power cut: its folder cannot be synchronised (${reasonOf(fault)}).`,
      { cause: fault },
    );
  });
}

/** @param before whose owner, group and rights it gets */
async function writeDurably(file: string, content: FileContent, before?: Stats): Promise<void> {
  const handle = await open(file, 'wx', OWNER_ONLY.file);
  try {
    if (before) await giveTo(handle, before);
    await writeFile(handle, content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class NotKept extends Error {
  override readonly name = 'NotKept';
}

async function giveTo(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  try {
    const made = await handle.stat();
    const isItsGroups = made.gid === gid || (mode & OF_GROUP) === 0; // a group without rights need not stay
    if (made.uid !== uid || !isItsGroups) await handle.chown(uid, gid);
    const isOwn = uid !== 0 && uid === process.geteuid?.();
    const kept = mode & (isOwn ? ~OF_OTHERS : ~0) & PERMISSIONS;
    if ((made.mode & PERMISSIONS) !== kept) await handle.chmod(kept);
  } catch (fault) {
    const words = `it belongs to the user ${uid} and the group ${gid}, and would not stay theirs`;
    throw new NotKept(words, { cause: fault });
  }
}

const PERMISSIONS = 0o777;
const OF_GROUP = 0o070;
const OF_OTHERS = 0o007;

/** Makes new and changed names in a folder survive a power cut, as far as its file system can. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // has no such call
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (fault) {
    if (!['EINVAL', 'ENOTSUP'].includes(codeOf(fault))) throw fault; // network file systems that know no such call
  } finally {
    await handle.close();
  }
}
