import { existsSync } from 'node:fs';
import path from 'node:path';
import { downloadTo } from '../../dev/temporal/downloads';
import { fetched, run } from './tools';

const REQUIREMENTS = path.join(__dirname, 'python/requirements.txt');
/** Its pinned version, in the name of its folder: a new one is installed beside it. */
const VERSION = '0.29.1';
/** Wheels hold code for one version of Python. */
const PYTHON_VERSION = 'import sys; print("%d.%d" % sys.version_info[:2])';

/**
 * Installs openapi-python-client, with all that it and its clients need, into the project's cache, unless it is there;
 * every file is checked against its pinned hash.
 * @returns the folder for PYTHONPATH
 */
export async function installedPythonGenerator(cache: string): Promise<string> {
  const version = (await run('python3', ['-c', PYTHON_VERSION], cache)).trim();
  const place = path.resolve(cache, `openapi-python-client-${VERSION}-python-${version}`);
  if (!existsSync(place)) await fetched(downloadTo(place, path.resolve(cache), install));
  return place;
}

async function install(folder: string): Promise<string> {
  const target = path.join(folder, 'packages');
  const pip = '-m pip install --quiet --require-hashes --only-binary=:all: --no-cache-dir --no-compile';
  await run('python3', [...pip.split(' '), '--target', target, '-r', REQUIREMENTS], folder, {
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  });
  return target;
}
