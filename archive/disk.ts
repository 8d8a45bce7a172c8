import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../runtime/file-fault';
import { OWNER_ONLY } from '../runtime/owner-only';
import { syncFolder } from '../runtime/whole-file';

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;
const GROWING = O_WRONLY | O_APPEND;
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
  /** @throws Error when it is there and another user's, who could change what is in it */
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
    if ((await mkdir(folder, { recursive: true, mode: OWNER_ONLY.folder })) !== undefined) return;
    if (!isOthers(await lstat(folder)) && !isOthers(await stat(folder))) return;
    throw new Error(
      `${folder} belongs to another user, who could change what is exported: export into another folder, or as that user`,
    );
  },
  async grow(file, how) {
    if (how === 'anew') await rm(file, { force: true });
    const handle = (await made(file, how)) ?? (await goneOnWith(file));
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

/** One that we make is ours, whatever owner the disk of a network says; nothing where one that may go on is there. */
async function made(file: string, how: 'keep' | 'anew'): Promise<FileHandle | undefined> {
  try {
    const handle = await open(file, GROWING | O_CREAT | O_EXCL, OWNER_ONLY.file);
    await closeToOthers(handle, file);
    return handle;
  } catch (fault) {
    if (how === 'keep' && codeOf(fault) === 'EEXIST') return undefined;
    throw fault;
  }
}

/** One that goes on may be an earlier version's. Root may change the mode of a file that is not its own. */
async function goneOnWith(file: string): Promise<FileHandle> {
  const handle = await open(file, GROWING | NOT_BY_LINK);
  if (isOthers(await handle.stat())) {
    await handle.close();
    throw othersFile(file);
  }
  await closeToOthers(handle, file);
  return handle;
}

function isOthers({ uid }: Stats): boolean {
  return process.geteuid !== undefined && uid !== process.geteuid(); // Windows has no such owners
}

/** Of a file that is not ours, the mode cannot be changed. */
async function closeToOthers(handle: FileHandle, file: string): Promise<void> {
  try {
    await handle.chmod(OWNER_ONLY.file);
  } catch (fault) {
    await handle.close();
    throw codeOf(fault) === 'EPERM' ? othersFile(file, fault) : fault;
  }
}

function othersFile(file: string, cause?: unknown): Error {
  return new Error(
    `${file} belongs to another user, who could read what is added: move it away, or export into another folder`,
    { cause },
  );
}
