import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../runtime/file-fault';
import { makeFolder } from '../runtime/folder';
import { placeOfEverybody } from '../runtime/own-place.cjs';
import { OWNER_ONLY } from '../runtime/owner-only';
import { syncFolder } from '../runtime/whole-file';

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;
const GROWING = O_WRONLY | O_APPEND | O_CREAT;
/** Whoever else may write to the folder could lead us to another file. Windows has no such flag. */
const NOT_BY_LINK = (constants.O_NOFOLLOW as number | undefined) ?? 0; // the types know no Windows

/** A file that grows at its end. */
export interface GrowingFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Every disk operation of an export, so that a test can stop it between any two. */
export interface Disk {
  /** @throws when others may change the folder, or could as its owner */
  makeFolder(folder: string): Promise<void>;
  /** @param how keep the content of the file, or begin with an empty one */
  grow(file: string, how: 'keep' | 'anew'): Promise<GrowingFile>;
  truncate(file: string, bytes: number): Promise<void>;
  /** Atomic and durable: a reader sees the old file or the new one. */
  rename(from: string, to: string): Promise<void>;
  remove(file: string): Promise<void>;
}

export const REAL_DISK: Disk = {
  async makeFolder(folder) {
    await makeFolder(folder);
    const { uid } = await stat(folder);
    const open = placeOfEverybody(folder);
    if (open === undefined && (uid === 0 || (await isOurs(uid, folder)))) return;
    throw new Error(
      `others may change ${open ?? folder}, and with it what is exported: make it your own (chown, chmod o-w), or export into another folder`,
    );
  },
  async grow(file, how) {
    if (how === 'anew') await rm(file, { force: true });
    const handle = await open(file, GROWING | (how === 'anew' ? O_EXCL : NOT_BY_LINK), OWNER_ONLY.file);
    await closeToOthers(handle, file);
    return {
      append: (bytes) => handle.appendFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  async truncate(file, bytes) {
    const handle = await open(file, O_WRONLY | NOT_BY_LINK);
    try {
      await handle.truncate(bytes);
    } finally {
      await handle.close();
    }
  },
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(path.dirname(to));
  },
  remove: (file) => rm(file, { force: true }),
};

/**
 * One that goes on may be an earlier version's. That of another user is refused by its owner, since root may change its mode all
 * the same; one with a second name may be a file of ours that he led us to.
 */
async function closeToOthers(handle: FileHandle, file: string): Promise<void> {
  try {
    const { uid, nlink } = await handle.stat();
    if (nlink > 1 || !(await isOurs(uid, path.dirname(file)))) throw new OfAnother();
    await handle.chmod(OWNER_ONLY.file);
  } catch (fault) {
    await handle.close();
    if (!(fault instanceof OfAnother) && codeOf(fault) !== 'EPERM') throw fault;
    throw new Error(
      `${file} belongs to another user, who could read what is added: move it away, or export into another folder`,
      { cause: fault },
    );
  }
}

class OfAnother extends Error {}

/** Whether this owner is ours; on a network's file system we may be called otherwise than here, so a file of ours is looked at. */
async function isOurs(uid: number, folder: string): Promise<boolean> {
  if (uid === (process.geteuid?.() ?? uid)) return true;
  const probe = path.join(folder, `.owner.${randomBytes(4).toString('hex')}`);
  const handle = await open(probe, O_WRONLY | O_CREAT | O_EXCL, OWNER_ONLY.file);
  try {
    return (await handle.stat()).uid === uid;
  } finally {
    await handle.close();
    await rm(probe, { force: true });
  }
}
