import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveFault } from './archive-files';
import type { Disk, GrowingFile } from './disk';
import type { Manifest } from './manifest';

/** Bytes that are gathered before they are written. */
const BUFFER_SIZE = 64 * 1024;

/** A file that is written beside its final name, counted and digested meanwhile, and put in place when it is whole. */
export class SealedFile {
  lines = 0;
  bytes = 0;
  private readonly digest = createHash('sha256');
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  private constructor(
    private readonly file: string,
    private readonly growing: GrowingFile,
    private readonly disk: Disk,
  ) {}

  static async begin(file: string, disk: Disk): Promise<SealedFile> {
    return new SealedFile(file, await disk.grow(unfinished(file), 'anew'), disk);
  }

  /** @param text ends with its line's end */
  async write(text: string, lines: number): Promise<void> {
    const bytes = Buffer.from(text);
    this.digest.update(bytes);
    this.lines += lines;
    this.bytes += bytes.length;
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes >= BUFFER_SIZE) await this.flush();
  }

  /** Comes back when the whole file would outlive a power cut; it still has its unfinished name. */
  async finish(): Promise<Manifest['files'][number]> {
    await this.flush();
    await this.growing.sync();
    await this.growing.close();
    const name = path.basename(this.file);
    return { name, lines: this.lines, bytes: this.bytes, sha256: this.digest.digest('hex') };
  }

  putInPlace(): Promise<void> {
    return this.disk.rename(unfinished(this.file), this.file);
  }

  /** Gives up what is not in place; on a disk that cannot do even that, the next run overwrites it. */
  async discard(): Promise<void> {
    await this.growing.close().catch(() => undefined); // it may be closed already
    await this.disk.remove(unfinished(this.file)).catch(() => undefined);
  }

  private async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    await this.growing.append(bytes);
  }
}

function unfinished(file: string): string {
  return `${file}.partial`;
}

/**
 * Checks a file against its manifest before it is used.
 * @throws ArchiveFault when it is missing, or another than the one that was written
 */
export async function requireUnchanged(file: string, manifest: Manifest): Promise<void> {
  const bytes = unchangedBytes(file, manifest);
  while (!(await bytes.next()).done); // whoever uses them reads them once more, and has that reading checked as well
}

/**
 * The bytes of a file. Whoever may write in its folder can have each reader get others, so what was read is proven at the end only.
 * @throws ArchiveFault the same; after the last byte when these are not what was written
 */
export async function* unchangedBytes(file: string, manifest: Manifest): AsyncGenerator<Buffer> {
  const known = manifest.files.find(({ name }) => name === path.basename(file));
  if (!known) throw new ArchiveFault(file, 'is not in its day’s manifest.');
  const digest = createHash('sha256');
  try {
    for await (const chunk of bytesOf(file)) {
      digest.update(chunk);
      yield chunk;
    }
  } catch (fault) {
    if (fault instanceof ArchiveFault) throw fault;
    const { code } = fault as NodeJS.ErrnoException; // Node's file errors carry a code
    throw new ArchiveFault(file, `cannot be read (${code}).`);
  }
  if (digest.digest('hex') !== known.sha256)
    throw new ArchiveFault(file, 'was changed since it was exported. Restore it from a copy.');
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe is not waited for
  try {
    if (!(await handle.stat()).isFile())
      throw new ArchiveFault(file, 'is no file, which could be read twice.');
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>; // without an encoding its chunks are bytes
  } finally {
    await handle.close();
  }
}
