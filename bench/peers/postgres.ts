import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Daemon, startDaemon } from './daemon';
import { freePort } from './free-port';

/** Where Debian keeps its PostgreSQL, newest last. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Starts a PostgreSQL with its own defaults (so it syncs every commit) on loopback, its data in a folder.
 * @throws Error when there is none on this machine
 */
export async function startPostgres(folder: string): Promise<Daemon & { url: string }> {
  const programs = programFolder();
  const data = path.join(folder, 'postgres');
  mkdirSync(data, { recursive: true });
  const user = unprivileged();
  if (user) {
    chownSync(data, user.uid, user.gid);
    chmodSync(folder, 0o711); // so that it reaches its own
  }
  execFileSync(path.join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust'], {
    stdio: 'ignore',
    cwd: data,
    ...user,
  });
  const port = await freePort();
  const address = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'bench', '-d', 'postgres'];
  const daemon = await startDaemon(
    path.join(programs, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', `${port}`, '-k', data],
    { cwd: data, logFile: path.join(folder, 'postgres.log'), ...user },
    async () => {
      execFileSync(path.join(programs, 'pg_isready'), address, { stdio: 'ignore' }); // throws until it is
      return true;
    },
    'SIGINT', // a fast shutdown: whoever is connected still is cut off
  );
  return { ...daemon, url: `postgresql://bench@127.0.0.1:${port}/datacode_bench` };
}

function programFolder(): string {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).sort((one, other) => Number(one) - Number(other))
    : [];
  const folders = [
    ...versions.map((version) => path.join(DEBIAN, version, 'bin')).toReversed(),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')));
  if (!found) throw new Error('DBOS needs PostgreSQL: install it (Debian: apt-get install postgresql).');
  return found;
}

/** PostgreSQL refuses to run as root; the user that its package made is lent to it. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which: string) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
