import { mkdir, open, rename, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { OWNER_ONLY } from '../runtime/owner-only';
import { syncFolder } from '../runtime/whole-file';

/** A file that grows at its end. */
export interface GrowingFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended would survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Every disk operation of an export, so that a test can stop it between any two. */
export interface Disk {
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
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY.folder });
  },
  async grow(file, how) {
    const handle = await open(file, how === 'keep' ? 'a' : 'w', OWNER_ONLY.file);
    return {
      append: (bytes) => handle.appendFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  truncate: (file, bytes) => truncate(file, bytes),
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(path.dirname(to));
  },
  remove: (file) => rm(file, { force: true }),
};
