import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { postgresqlFolder, unprivilegedUser } from '../../dev/cluster/postgresql-programs';
import { freePort } from '../../dev/temporal/free-port';
import { type Daemon, startDaemon } from './daemon';

/**
 * Starts a PostgreSQL with its own defaults (so it syncs every commit) on loopback, its data in a folder.
 * @throws NoPostgresql
 */
export async function startPostgres(folder: string): Promise<Daemon & { url: string }> {
  // where `postgres` really lies its other programs lie too: of a link on the PATH they need not
  const programs = path.dirname(realpathSync(path.join(postgresqlFolder(), 'postgres')));
  const data = path.join(folder, 'postgres');
  mkdirSync(data, { recursive: true });
  const owner = unprivilegedUser();
  if (owner) {
    chownSync(data, owner.uid, owner.gid);
    chmodSync(folder, 0o711); // so that it reaches its own
  }
  const user = owner ? { uid: owner.uid, gid: owner.gid } : {};
  execFileSync(path.join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust'], {
    stdio: 'ignore',
    cwd: data,
    ...user,
  });
  const port = await freePort('127.0.0.1', 0, '');
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
