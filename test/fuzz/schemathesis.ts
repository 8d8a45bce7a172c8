import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../dev/temporal/command';
import { downloadTo } from '../../dev/temporal/downloads';

const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
/** Its pinned version, in the name of its folder: a new one is installed beside it. */
const VERSION = '4.32.5';
/** Wheels hold code for one version of Python. */
const PYTHON_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';

/**
 * Installs the fuzzer into the project's cache, unless it is there: every file is checked against its pinned hash.
 * @returns the folder for PYTHONPATH
 * @throws CommandFailed when there is no Python 3.11 or newer with pip, or no way to the package index
 */
export async function installedSchemathesis(cacheFolder: string): Promise<string> {
  const python = (await run('python3', ['-c', PYTHON_VERSION])).trim();
  const place = path.resolve(cacheFolder, `schemathesis-${VERSION}-python-${python}`);
  if (existsSync(place)) return place;
  return downloadTo(place, path.resolve(cacheFolder), async (folder) => {
    const target = path.join(folder, 'packages');
    const pip = '-m pip install --quiet --require-hashes --only-binary=:all: --no-cache-dir --no-compile';
    await run('python3', [...pip.split(' '), '--target', target, '-r', REQUIREMENTS], {
      environment: { PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    return target;
  });
}
