import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../runtime/folder';

/** How long a download may make no progress before it is given up. */
const STALL_TIMEOUT_MS = 20_000;
const CHECK_EVERY_MS = 1_000;

/**
 * Lets `fetchInto` fill a folder of its own inside the cache, then moves the file that it names into place in one
 * step: two processes at once end with one whole file, and a broken download leaves nothing behind.
 * @param fetchInto gets the empty folder; returns the path of the finished file in it
 * @returns the file's place
 */
export async function downloadTo(
  place: string,
  cacheFolder: string,
  fetchInto: (folder: string) => Promise<string>,
): Promise<string> {
  await makeFolder(cacheFolder);
  const folder = await mkdtemp(join(cacheFolder, '.download-'));
  try {
    await rename(await fetchInto(folder), place);
    return place;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Aborts when nothing in the folder has grown for `limit` ms, as with a firewall that drops packets.
 * Call `stop` when the download is over.
 */
export function stallGuard(folder: string, limit = STALL_TIMEOUT_MS): { signal: AbortSignal; stop(): void } {
  const stalled = new AbortController();
  let size = 0;
  let grownAt = performance.now();
  const timer = setInterval(() => {
    void sizeOf(folder).then((now) => {
      if (now !== size) grownAt = performance.now();
      size = now;
      if (performance.now() - grownAt > limit) stalled.abort(new Error(`no progress for ${limit / 1000} s`));
    });
  }, CHECK_EVERY_MS);
  return { signal: stalled.signal, stop: () => clearInterval(timer) };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (file) => file.size,
      () => 0, // renamed between the two calls
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
